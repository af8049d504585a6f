using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>DAMSM training with kept features of the ResNet-18 trunk.</summary>
[WithoutCollections]
public sealed class FeatureCacheTests : IDisposable
{
    private static readonly AttnGanConfig s_config = TinyRun.Config with
    {
        Data = TinyRun.Config.Data with { CropScale = 1.25, Flip = true },
        ImageEncoder = new() { Trunk = TrunkKind.Resnet18, ImageSize = 64 },
        Damsm = TinyRun.Config.Damsm with { CacheFeatures = FeatureCacheKind.Memory, CacheViews = 2 },
    };

    private readonly TinyRun _tiny = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Kept_features_are_those_of_the_trunk_in_16_bits()
    {
        using DamsmNetworks networks = new(s_config, _tiny.Vocabulary.Count, CPU);
        networks.SetEvaluationMode();
        using TrunkFeatureCache cache = TrunkFeatureCache.Create(s_config, networks.ImageEncoder, file: null, CPU)!;
        var loader = new BatchLoader(
            _tiny.Dataset.Train, s_config.Data.CaptionEncoder(_tiny.Vocabulary), DamsmTrainer.LoaderOptions(s_config));
        CaptionedBatch batch = loader.Epoch(0, 0, Cancellation).First();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        Tensor pixels = stack([.. batch.Views.Select(view => tensor(view.Pixels!, [3, 64, 64]))]);

        TrunkFeatures computed = cache.Features(batch.Views);
        TrunkFeatures kept = cache.Features([.. batch.Views.Select(view => view with { Pixels = null })]);

        TrunkFeatures expected = networks.ImageEncoder.RunTrunk(pixels);
        Assert.Equal([4, 512, 2, 2], kept.Regions.shape);
        Assert.True(kept.Regions.allclose(expected.Regions, rtol: 1e-3, atol: 1e-3));
        Assert.True(kept.Global.allclose(expected.Global, rtol: 1e-3, atol: 1e-3));
        Assert.True(kept.Regions.equal(computed.Regions).all().item<bool>());
        Assert.True(kept.Global.equal(computed.Global).all().item<bool>());
        Assert.NotEqual(0, expected.Global.std().item<float>());
    }

    [Fact]
    public void Where_features_are_kept_does_not_change_the_training()
    {
        AttnGanConfig inFile = s_config with { Damsm = s_config.Damsm with { CacheFeatures = FeatureCacheKind.File } };

        Assert.True(_tiny.Train("memory", TrainingKind.Damsm, resume: false, s_config));
        Assert.True(_tiny.Train("file", TrainingKind.Damsm, resume: false, inFile));
        Assert.False(_tiny.TrainUntil(4, "resumed", TrainingKind.Damsm, config: inFile));
        Assert.True(_tiny.Train("resumed", TrainingKind.Damsm, resume: true, inFile));

        SortedDictionary<string, byte[]> expected = _tiny.FinalState("memory", TrainingKind.Damsm);
        Assert.Equal(expected, _tiny.FinalState("file", TrainingKind.Damsm));
        Assert.Equal(expected, _tiny.FinalState("resumed", TrainingKind.Damsm));
        Assert.True(File.Exists(new RunPart(_tiny.Folder("file"), TrainingKind.Damsm).Features));
        Assert.False(File.Exists(new RunPart(_tiny.Folder("memory"), TrainingKind.Damsm).Features));
    }

    [Fact]
    public void Runs_can_share_a_file()
    {
        string file = _tiny.Folder("shared.bin");
        AttnGanConfig shared = s_config with
        {
            Damsm = s_config.Damsm with { CacheFeatures = FeatureCacheKind.File, CacheFile = file },
        };
        Assert.True(_tiny.Train("first", TrainingKind.Damsm, resume: false, shared));
        long length = new FileInfo(file).Length;

        Assert.True(_tiny.Train("second", TrainingKind.Damsm, resume: false, shared));

        Assert.Equal(length, new FileInfo(file).Length); // nothing was computed again
        Assert.Equal(_tiny.FinalState("first", TrainingKind.Damsm), _tiny.FinalState("second", TrainingKind.Damsm));
        Assert.False(File.Exists(new RunPart(_tiny.Folder("first"), TrainingKind.Damsm).Features));
    }

    [Fact]
    public void An_epoch_of_kept_views_decodes_no_image()
    {
        AttnGanConfig config = s_config with { Damsm = s_config.Damsm with { CacheViews = 1 } };
        using DamsmTrainer trainer = _tiny.Damsm(config);
        CaptionedBatch[] first = [.. trainer.Batches.Epoch(0, 0, Cancellation)];
        foreach (CaptionedBatch batch in first)
        {
            trainer.Step(batch, 0);
        }

        ValidationResult measured = trainer.Evaluate(Cancellation);

        Assert.All(first.SelectMany(batch => batch.Views), view => Assert.NotNull(view.Pixels));
        Assert.All(trainer.Batches.Epoch(1, 0, Cancellation).SelectMany(batch => batch.Views), view => Assert.Null(view.Pixels));
        Assert.Equal(measured.Measures, trainer.Evaluate(Cancellation).Measures);
    }

    public void Dispose() => _tiny.Dispose();
}
