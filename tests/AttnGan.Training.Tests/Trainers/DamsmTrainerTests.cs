using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

[WithoutCollections]
public sealed class DamsmTrainerTests
{
    [Theory]
    [InlineData(RnnKind.Lstm)]
    [InlineData(RnnKind.Gru)]
    public void Both_encoders_train_with_finite_losses(RnnKind rnn)
    {
        using var tiny = new TinyRun();
        using DamsmTrainer trainer = tiny.Damsm(TinyRun.Config with { TextEncoder = TinyRun.Config.TextEncoder with { Rnn = rnn } });

        IReadOnlyDictionary<string, double> moved = Movement.OfOneStep(trainer);
        IReadOnlyList<Measure> losses = trainer.Step(TinyRun.FirstBatch(trainer), 1);

        Assert.Equal(["words0", "words1", "sentence0", "sentence1", "loss"], losses.Select(loss => loss.Name));
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss.Value), loss.Name));
        Assert.Equal(losses[^1].Value, losses.SkipLast(1).Sum(loss => loss.Value), 1e-6);
        Assert.All(
            moved.Where(entry => entry.Key.EndsWith("weight", StringComparison.Ordinal)),
            entry => Assert.True(entry.Value > 0, entry.Key));
    }

    [Fact]
    public void Foil_captions_make_captions_harder_to_find_and_images_no_harder()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { TextEncoder = TinyRun.Config.TextEncoder with { Dropout = 0 } };
        Dictionary<string, double> without = FirstLosses(config);
        Dictionary<string, double> with = FirstLosses(config with { Damsm = config.Damsm with { FoilCaptions = true } });

        Assert.True(with["words0"] > without["words0"] && with["sentence0"] > without["sentence0"]);
        Assert.Equal((without["words1"], without["sentence1"]), (with["words1"], with["sentence1"]));

        Dictionary<string, double> FirstLosses(AttnGanConfig config)
        {
            using DamsmTrainer trainer = tiny.Damsm(config);
            return trainer.Step(TinyRun.FirstBatch(trainer), 0).ToDictionary(loss => loss.Name, loss => loss.Value);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 0.81)]
    [InlineData(500, 0.2)]
    public void The_learning_rate_decays_to_its_floor(int epoch, double share)
    {
        using var tiny = new TinyRun();
        using DamsmTrainer trainer = tiny.Damsm(TinyRun.Config with
        {
            Damsm = TinyRun.Config.Damsm with { LearningRate = 1e-3, LearningRateDecay = 0.9, LearningRateFloor = 0.2 },
        });
        using (NewDisposeScope())
        {
            trainer.Restore(trainer.State().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone()), "copy", epoch);
        }

        Assert.Equal(1e-3 * share, Movement.OfOneStep(trainer)["image_encoder.emb_cnn_code.weight"], 1e-3 * share * 0.02);
    }

    [Fact]
    public void An_optimizer_per_epoch_resets_its_moments()
    {
        using var tiny = new TinyRun();
        using DamsmTrainer kept = tiny.Damsm();
        using DamsmTrainer renewed = tiny.Damsm(TinyRun.Config with { Compat = new() { DamsmOptimizerPerEpoch = true } });
        foreach (DamsmTrainer trainer in (DamsmTrainer[])[kept, renewed])
        {
            trainer.Step(TinyRun.FirstBatch(trainer), 0);
            trainer.EndEpoch(0);
        }

        using DisposeScope scope = NewDisposeScope();
        const string moment = "optimizer.image_encoder.emb_cnn_code.weight.exp_avg";
        Assert.NotEqual(0, kept.State()[moment].abs().max().item<float>());
        Assert.Equal(0, renewed.State()[moment].abs().max().item<float>());
    }

    [Fact]
    public void Official_validation_without_a_full_batch_measures_nothing()
    {
        using var tiny = new TinyRun(images: 12); // three validation images, less than a batch
        using DamsmTrainer trainer = tiny.Damsm(TinyRun.Config with { Compat = CompatibilityConfig.Official });

        ValidationResult result = trainer.Evaluate(CancellationToken.None);

        Assert.Equal((0, null), (result.Measures.Count, result.Quality));
    }

    [Fact]
    public void The_Inception_trunk_loads_torchvisions_weights()
    {
        using var tiny = new TinyRun();
        using DisposeScope scope = NewDisposeScope();
        using var trunk = new InceptionTrunk();
        string path = tiny.Folder("inception.pth");
        PyTorchFileWriter.Write(
            path, trunk.state_dict().Append(new("fc.weight", zeros(10, 2048))).Append(new("AuxLogits.fc.bias", zeros(10))));
        AttnGanConfig config = TinyRun.Config with { ImageEncoder = new() { Weights = path } };

        using DamsmTrainer trainer = tiny.Damsm(config);

        IReadOnlyDictionary<string, Tensor> state = trainer.State();
        Assert.All(
            trunk.state_dict().Where(entry => entry.Key.EndsWith("weight", StringComparison.Ordinal)),
            entry => Assert.True(entry.Value.equal(state["image_encoder." + entry.Key]).all().item<bool>(), entry.Key));
        string refusal = Assert.Throws<AttnGanException>(() => tiny.Damsm(config with { ImageEncoder = new() })).Message;
        Assert.Contains("`image_encoder.weights`", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_resnet18_trunk_has_its_weights_without_a_setting_and_keeps_them()
    {
        using var tiny = new TinyRun();
        AttnGanConfig config = TinyRun.Config with { ImageEncoder = new() { Trunk = TrunkKind.Resnet18, ImageSize = 64 } };
        using DamsmTrainer trainer = tiny.Damsm(config);
        using TensorDictionary expected = ResNet18File.Load();

        trainer.Step(TinyRun.FirstBatch(trainer), 0);

        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> state = trainer.State();
        Assert.Equal(44, expected.Count); // weight and bias of 19 convolutions and 3 projections
        Assert.All(expected, entry => Assert.True(entry.Value.equal(state["image_encoder." + entry.Key]).all().item<bool>(), entry.Key));
        AttnGanConfig missing = config with { ImageEncoder = config.ImageEncoder with { Weights = tiny.Folder("nowhere.onnx") } };
        Assert.Contains("nowhere.onnx", Assert.Throws<CheckpointException>(() => tiny.Damsm(missing)).Message);
    }

    [Fact]
    public void Validation_changes_no_weights_and_restores_training_mode()
    {
        using var tiny = new TinyRun();
        using DamsmTrainer plain = tiny.Damsm(TinyRun.Config with { Damsm = TinyRun.Config.Damsm with { LearningRateDecay = 1 } });
        using DamsmTrainer same = tiny.Damsm(TinyRun.Config with { Damsm = TinyRun.Config.Damsm with { LearningRateDecay = 1 } });
        CaptionedBatch batch = TinyRun.FirstBatch(plain);

        ValidationResult result = same.Evaluate(CancellationToken.None);

        Assert.Equal(
            [
                "validation_loss", "image_to_text_r1", "text_to_image_r1",
                "sentence_dimensions", "sentence_color_variance", "sentence_same_thing_r1", "quality",
            ],
            result.Measures.Select(measure => measure.Name));
        Assert.All(
            result.Measures.Where(measure => measure.Name is not ("validation_loss" or "sentence_dimensions")),
            measure => Assert.InRange(measure.Value, 0, 1));
        Assert.Equal(plain.Step(batch, 7), same.Step(batch, 7));
    }
}
