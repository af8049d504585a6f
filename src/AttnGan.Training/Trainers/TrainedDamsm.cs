using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// A trained DAMSM (paper, section 3.2) that guides a GAN training of your own: both encoders, in evaluation mode and without gradients for
/// their weights, with the vocabulary and the configuration that they were trained with.
/// </summary>
public sealed class TrainedDamsm : IDisposable
{
    private TrainedDamsm(Checkpoint checkpoint)
    {
        Config = checkpoint.Config;
        Vocabulary = new Vocabulary(checkpoint.Vocabulary);
        TextEncoder = new TextEncoder(Config.TextEncoder, Vocabulary.Count);
        ImageEncoder = new ImageEncoder(Config.ImageEncoder, Config.TextEncoder.Embedding);
    }

    /// <summary>The configuration of the run.</summary>
    public AttnGanConfig Config { get; }

    /// <summary>The words that the text encoder knows.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The text encoder, frozen.</summary>
    public TextEncoder TextEncoder { get; }

    /// <summary>The image encoder, frozen.</summary>
    public ImageEncoder ImageEncoder { get; }

    /// <summary>Loads the best DAMSM of a run. Must not be called within a dispose scope, which would dispose the networks.</summary>
    /// <param name="run">The run folder (<see cref="ModelTraining.Run"/>), or a checkpoint of DAMSM training (.safetensors).</param>
    /// <param name="device">The device to load the networks to (<see cref="ComputeDevice.Resolve(DeviceChoice)"/>).</param>
    /// <exception cref="AttnGanException">The run has no trained DAMSM, or its checkpoint is damaged.</exception>
    public static TrainedDamsm Load(string run, Device device)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(run);
        ArgumentNullException.ThrowIfNull(device);
        var checkpoint = Checkpoint.Open(RunDirectory.CheckpointOf(run, TrainingKind.Damsm), TrainingKind.Damsm);
        var damsm = new TrainedDamsm(checkpoint);
        try
        {
            EncoderWeights.LoadFrozen(checkpoint, damsm.TextEncoder, damsm.ImageEncoder);
            damsm.TextEncoder.to(device);
            damsm.ImageEncoder.to(device);
            return damsm;
        }
        catch
        {
            damsm.Dispose();
            throw;
        }
    }

    /// <summary>Disposes both encoders.</summary>
    public void Dispose()
    {
        TextEncoder.Dispose();
        ImageEncoder.Dispose();
    }
}
