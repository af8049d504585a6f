namespace AttnGan.Models;

/// <summary>
/// The names of the inputs, outputs, weights and inner values of a model package's graph. docs/model-package.md lists them with their
/// shapes.
/// </summary>
internal static class TensorNames
{
    /// <summary>Input (B, T), int64: word IDs, 0 for padding.</summary>
    public const string Tokens = "tokens";

    /// <summary>Input (B), int64: number of words of each caption, at least 1.</summary>
    public const string Lengths = "lengths";

    /// <summary>Input (B, Z + Y): z, standard normal, then which of Y styles, one-hot.</summary>
    public const string Noise = "noise";

    /// <summary>Input (B, C): epsilon of conditioning augmentation, standard normal.</summary>
    public const string ConditionNoise = "condition_noise";

    /// <summary>Inner value (B, D, T): word features e. The graph can be cut here, between text encoder and generator.</summary>
    public const string Words = "words";

    /// <summary>Inner value (B, D): sentence feature E.</summary>
    public const string Sentence = "sentence";

    /// <summary>Inner value (B, T): added to the attention scores of each word; 0 for words, minus infinity for padding.</summary>
    public const string WordBias = "word_bias";

    /// <summary>Inner value (B, C, 1, 1) in (0, 1): the factors of the channels of a refinement stage's hidden context.</summary>
    public static string Excitation(int stage) => $"excitation_{stage}";

    /// <summary>Output (B, 3, S, S) in [-1, 1]: the image of the stage of side S.</summary>
    public static string Image(int size) => $"picture_{size}";

    /// <summary>Output (B, T, S, S): attention of a refinement stage (2 is the first) to each word; S is the side of its input.</summary>
    public static string Attention(int stage) => $"attention_{stage}";

    /// <summary>(V, W).</summary>
    public const string EmbeddingWeight = "text_encoder.embedding.weight";

    /// <summary>(2, gates * D/2, W): input weights of the recurrent network, in the layout and gate order of ONNX's LSTM and GRU.</summary>
    public const string RnnInputWeight = "text_encoder.rnn.input_weight";

    /// <summary>(2, gates * D/2, D/2): recurrent weights of the network.</summary>
    public const string RnnHiddenWeight = "text_encoder.rnn.hidden_weight";

    /// <summary>(2, 2 * gates * D/2): biases of the network, those of the input before those of the state.</summary>
    public const string RnnBias = "text_encoder.rnn.bias";

    /// <summary>(4 C, D).</summary>
    public const string ConditionWeight = "generator.ca_net.fc.weight";

    /// <summary>(4 C).</summary>
    public const string ConditionBias = "generator.ca_net.fc.bias";

    /// <summary>(2 channels * 4 * 4, C + Z + Y), with batch normalization folded in, as in all weights with a bias below.</summary>
    public const string SeedWeight = "generator.h_net1.fc.weight";

    /// <summary>(2 channels * 4 * 4).</summary>
    public const string SeedBias = "generator.h_net1.fc.bias";

    /// <summary>Upsampling block of the first stage, counted from 1: weight (2 outputs, inputs, 3, 3).</summary>
    public static string InitialUp(int block) => $"generator.h_net1.upsample{block}";

    /// <summary>Upsampling block of a refinement stage: weight (2 C, 2 C, 3, 3).</summary>
    public static string Up(int stage) => $"generator.h_net{stage}.upsample";

    /// <summary>Convolution 1 (4 C, 2 C, 3, 3) or 2 (2 C, 2 C, 3, 3) of a residual block, counted from 0.</summary>
    public static string Residual(int stage, int block, int convolution) =>
        $"generator.h_net{stage}.residual.{block}.conv{convolution}";

    /// <summary>(C, D): projects word features to keys.</summary>
    public static string AttentionWeight(int stage) => $"generator.h_net{stage}.att.conv_context.weight";

    /// <summary>(C, D): projects word features to values (<see cref="AttentionKind.Cosine"/>).</summary>
    public static string ValueWeight(int stage) => $"generator.h_net{stage}.att.conv_value.weight";

    /// <summary>(C): the key that stands for no word, of length 1 (<see cref="AttentionKind.Cosine"/>).</summary>
    public static string NullKey(int stage) => $"generator.h_net{stage}.att.null_key";

    /// <summary>(1): the factor of the cosines (<see cref="AttentionKind.Cosine"/>).</summary>
    public static string Temperature(int stage) => $"generator.h_net{stage}.att.temperature";

    /// <summary>(C, channels, 4, 4): from a pooled map of the first stage to the excitation of a refinement stage.</summary>
    public static string SqueezeWeight(int stage) => $"generator.excitation{stage}.squeeze.weight";

    /// <summary>(C, C).</summary>
    public static string ExciteWeight(int stage) => $"generator.excitation{stage}.excite.weight";

    /// <summary>(3, C, 3, 3), without bias.</summary>
    public static string HeadWeight(int stage) => $"generator.img_net{stage}.img.weight";

    /// <summary>Returns the name of the weight of a convolution or linear layer.</summary>
    public static string WeightOf(string layer) => $"{layer}.weight";

    /// <summary>Returns the name of the bias of a convolution or linear layer.</summary>
    public static string BiasOf(string layer) => $"{layer}.bias";
}
