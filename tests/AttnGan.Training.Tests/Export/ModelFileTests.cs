using AttnGan.Models;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using AttnGan.Training.Tests.Trainers;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Export;

public sealed class ModelFileTests
{
    [Fact]
    public void A_model_does_not_contain_the_path_of_the_image_encoders_weights()
    {
        using var tiny = new TinyRun();
        using DisposeScope scope = NewDisposeScope();
        using GanTrainer trainer = tiny.Gan();
        AttnGanConfig config = TinyRun.Config with
        {
            ImageEncoder = TinyRun.Config.ImageEncoder with { Weights = "/home/someone/inception.pth" },
        };
        string checkpoint = tiny.Folder("gan.safetensors");
        var state = new CheckpointState { Step = 7, Epoch = 0, Batch = 0, Config = config, Vocabulary = tiny.Vocabulary.Words };
        Checkpoint.Write(checkpoint, "gan", state, trainer.State());

        var model = ModelFile.Export(checkpoint, tiny.Folder("model.safetensors"), new ModelCard());

        Assert.Equal("/home/someone/inception.pth", Checkpoint.Open(checkpoint).Config.ImageEncoder.Weights);
        Assert.Equal(ConfigReader.Write(TinyRun.Config), ConfigReader.Write(model.Config));
    }
}
