using AttnGan.Models;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using AttnGan.Training.Formats;
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

    [Fact]
    public void A_model_has_the_text_encoder_that_its_generator_trained()
    {
        using var tiny = new TinyRun();
        using DisposeScope scope = NewDisposeScope();
        AttnGanConfig config = TinyRun.Config with { Gan = TinyRun.Config.Gan with { TextEncoderLearningRate = 1e-3 } };
        using GanTrainer trainer = tiny.Gan(config);
        trainer.Step(TinyRun.FirstBatch(trainer), 0);

        ModelFile model = Export(tiny, trainer, config, epoch: 0);

        using TensorDictionary weights = model.LoadTextEncoder();
        IReadOnlyDictionary<string, Tensor> state = trainer.State();
        const string Name = "rnn.weight_ih_l0";
        Assert.Equal(Values(state[$"averaged_generator_text_encoder.{Name}"]), Values(weights[Name]));
        Assert.NotEqual(Values(state[$"text_encoder.{Name}"]), Values(weights[Name]));
    }

    /// <summary>Epoch 1 has begun, or not: then its new stage is not trained.</summary>
    [Theory]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 2)]
    [InlineData(2, 0, 2)]
    public void A_model_of_a_growing_generator_has_the_stages_that_are_trained(int epoch, int batch, int stages)
    {
        using var tiny = new TinyRun();
        using DisposeScope scope = NewDisposeScope();
        AttnGanConfig config = TinyRun.Config with { Gan = TinyRun.Config.Gan with { GrowEpochs = [1] } };
        using GanTrainer trainer = tiny.Gan(config);

        ModelFile model = Export(tiny, trainer, config, epoch, batch);

        Assert.Equal(stages, model.Config.Generator.Stages);
        using var networks = TrainedNetworks.Load(model);
        Assert.Equal(stages, networks.Generator.Config.Stages);
    }

    [Fact]
    public void A_model_without_words_is_rejected()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("model.safetensors");
        var none = new Dictionary<string, Tensor>();
        ModelFile.Write(path, TinyRun.Config, null!, new ModelCard(), none, none, half: true);

        CheckpointException error = Assert.Throws<CheckpointException>(() => ModelFile.Open(path));

        Assert.Equal($"`{path}` is not a valid model file: `vocabulary` is null", error.Message);
    }

    private static ModelFile Export(TinyRun tiny, GanTrainer trainer, AttnGanConfig config, int epoch, int batch = 0)
    {
        string checkpoint = tiny.Folder("gan.safetensors");
        var state = new CheckpointState { Step = 1, Epoch = epoch, Batch = batch, Config = config, Vocabulary = tiny.Vocabulary.Words };
        Checkpoint.Write(checkpoint, "gan", state, trainer.State());
        return ModelFile.Export(checkpoint, tiny.Folder("model.safetensors"), new ModelCard(), half: false);
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();
}
