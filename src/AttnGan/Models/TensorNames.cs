namespace AttnGan.Models;

/// <summary>
/// The names of inputs, outputs, weights and the few inner values of a model package's graph that others than the graph itself refer to.
/// docs/model-package.md lists them with their shapes.
/// </summary>
internal static class TensorNames
{
    /// <summary>Input (B, T), int64: word numbers, 0 after each caption's end.</summary>
    public const string Tokens = "tokens";

    /// <summary>Input (B), int64: words of each caption, at least 1.</summary>
    public const string Lengths = "lengths";

    /// <summary>Input (B, Z): z, standard normal.</summary>
    public const string Noise = "noise";

    /// <summary>Input (B, C): epsilon of conditioning augmentation, standard normal.</summary>
    public const string ConditionNoise = "condition_noise";

    /// <summary>Inner value (B, D, T): the word features e. Here the graph can be cut between text encoder and generator.</summary>
    public const string Words = "words";

    /// <summary>Inner value (B, D): the sentence feature E.</summary>
    public const string Sentence = "sentence";

    /// <summary>Inner value (B, T): added to the attention scores of each word; 0 at words, minus infinity at padding.</summary>
    public const string WordBias = "word_bias";

    /// <summary>Output (B, 3, S, S) in [-1, 1]: the image of a stage of side S.</summary>
    public static string Image(int size) => $"picture_{size}";

    /// <summary>Output (B, T, S, S): attention of a refinement stage (2 is the first) to each word, S the side of the context it read.</summary>
    public static string Attention(int stage) => $"attention_{stage}";

    /// <summary>(V, W).</summary>
    public const string EmbeddingWeight = "text_encoder.embedding.weight";

    /// <summary>(2, gates * D/2, W): input weights of the recurrent network, in the layout and gate order of ONNX's LSTM and GRU.</summary>
    public const string RnnInputWeight = "text_encoder.rnn.input_weight";

    /// <summary>(2, gates * D/2, D/2): its recurrent weights.</summary>
    public const string RnnHiddenWeight = "text_encoder.rnn.hidden_weight";

    /// <summary>(2, 2 * gates * D/2): its biases, those of the input before those of the state.</summary>
    public const string RnnBias = "text_encoder.rnn.bias";

    /// <summary>(4 C, D).</summary>
    public const string ConditionWeight = "generator.ca_net.fc.weight";

    /// <summary>(4 C).</summary>
    public const string ConditionBias = "generator.ca_net.fc.bias";

    /// <summary>(2 channels * 4 * 4, C + Z), batch normalization folded in, as in every weight below that has a bias.</summary>
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

    /// <summary>(C, D): turns word features into keys.</summary>
    public static string AttentionWeight(int stage) => $"generator.h_net{stage}.att.conv_context.weight";

    /// <summary>(3, C, 3, 3), without bias.</summary>
    public static string HeadWeight(int stage) => $"generator.img_net{stage}.img.weight";

    /// <summary>Of a convolution or linear layer.</summary>
    public static string WeightOf(string layer) => $"{layer}.weight";

    /// <summary>Of a convolution or linear layer.</summary>
    public static string BiasOf(string layer) => $"{layer}.bias";
}
