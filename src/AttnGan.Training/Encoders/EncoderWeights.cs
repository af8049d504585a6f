using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>The weights of the DAMSM's encoders in a checkpoint of its training, or of a GAN's.</summary>
internal static class EncoderWeights
{
    /// <summary>Loads both encoders, which then are in evaluation mode and without gradients for their weights.</summary>
    /// <exception cref="CheckpointException">The weights do not fit the networks.</exception>
    public static void LoadFrozen(Checkpoint damsm, TextEncoder textEncoder, ImageEncoder imageEncoder)
    {
        LoadFrozen(damsm, "text_encoder.", textEncoder);
        LoadFrozen(damsm, "image_encoder.", imageEncoder);
    }

    private static void LoadFrozen(Checkpoint damsm, string prefix, nn.Module encoder)
    {
        using TensorDictionary weights = damsm.LoadTensors(prefix);
        ModuleState.Load(encoder, weights, damsm.Path);
        encoder.eval();
        encoder.SetTrainable(false);
    }
}
