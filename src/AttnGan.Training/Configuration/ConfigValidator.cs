using System.Globalization;
using System.Numerics;
using AttnGan.Imaging;

namespace AttnGan.Training.Configuration;

/// <summary>Checks the ranges of all settings, and settings that exclude each other.</summary>
internal static class ConfigValidator
{
    /// <returns>All problems; none for a valid configuration.</returns>
    public static IReadOnlyList<ConfigProblem> Problems(AttnGanConfig config)
    {
        var checks = new Checks();
        if (string.IsNullOrWhiteSpace(config.Name))
        {
            checks.Add("name", "the name is empty; specify a name for the run");
        }

        CheckData(checks, config.Data);
        CheckTextEncoder(checks, config.TextEncoder);
        CheckImageEncoder(checks, config.ImageEncoder);
        CheckDamsm(checks, config.Damsm);
        CheckGenerator(checks, config.Generator);
        CheckDiscriminator(checks, config.Discriminator, config.Generator);
        CheckGan(checks, config.Gan, config.Generator);
        CheckLogging(checks, config.Logging);
        CheckFeatureCache(checks, config);
        return checks.Problems;
    }

    private static void CheckData(Checks checks, DataConfig data)
    {
        if (!RgbColor.TryParse(data.Background, out _))
        {
            checks.Add("data.background", $"`{data.Background}` was given, expected a color as \"#rrggbb\", such as \"#ffffff\"");
        }

        checks.AtLeast("data.max_words", data.MaxWords, 1);
        checks.AtLeast("data.min_word_count", data.MinWordCount, 1);
        checks.Share("data.validation_fraction", data.ValidationFraction);
        checks.Within("data.crop_scale", data.CropScale, 1, DataConfig.MaxCropScale);
        checks.AtLeast("data.prefetch", data.Prefetch, 1);
        checks.AtLeast("data.workers", data.Workers, 1);
        checks.AtLeast("data.cache_megabytes", data.CacheMegabytes, 0);
    }

    private static void CheckTextEncoder(Checks checks, TextEncoderConfig encoder)
    {
        checks.AtLeast("text_encoder.word_embedding", encoder.WordEmbedding, 1);
        if (encoder.Embedding < 2 || encoder.Embedding % 2 != 0)
        {
            checks.Add(
                "text_encoder.embedding",
                $"{encoder.Embedding} was given, expected an even number of at least 2: each direction of the recurrent " +
                "network has half of it");
        }

        checks.Share("text_encoder.dropout", encoder.Dropout);
        if (encoder.FreezeWords && encoder.Pretrained is null)
        {
            checks.Add(
                "text_encoder.freeze_words",
                "true was given, but the word embeddings are random; set text_encoder.pretrained to a file of word vectors, or this to " +
                "false");
        }
    }

    private static void CheckImageEncoder(Checks checks, ImageEncoderConfig encoder)
    {
        const string imageSize = "image_encoder.image_size";
        checks.AtLeast("image_encoder.width", encoder.Width, 1);
        if (encoder.RegionChannels is not (256 or 512))
        {
            checks.Add("image_encoder.region_channels", $"{encoder.RegionChannels} was given, expected 256 or 512");
        }

        switch (encoder.Trunk)
        {
            case TrunkKind.Inception when encoder.ImageSize != 299:
                checks.Add(
                    imageSize,
                    $"{encoder.ImageSize} was given, expected 299 for the inception trunk; for other sizes set " +
                    "image_encoder.trunk to resnet18 or compact");
                break;
            case TrunkKind.Resnet18 when encoder.ImageSize < 64 || encoder.ImageSize % 32 != 0:
                checks.Add(
                    imageSize, $"{encoder.ImageSize} was given, expected a multiple of 32 and at least 64 for the resnet18 trunk");
                break;
            case TrunkKind.Compact when encoder.ImageSize < 32 || encoder.ImageSize % 16 != 0:
                checks.Add(
                    imageSize, $"{encoder.ImageSize} was given, expected a multiple of 16 and at least 32 for the compact trunk");
                break;
            default:
                break;
        }

        if (encoder.AlignCorners && encoder.Trunk != TrunkKind.Inception)
        {
            checks.Add("image_encoder.align_corners", "true was given, but only the inception trunk supports it; set it to false");
        }
    }

    private static void CheckDamsm(Checks checks, DamsmConfig damsm)
    {
        checks.Positive("damsm.gamma1", damsm.Gamma1);
        checks.Positive("damsm.gamma2", damsm.Gamma2);
        checks.Positive("damsm.gamma3", damsm.Gamma3);
        checks.AtLeast("damsm.batch_size", damsm.BatchSize, 2);
        checks.AtLeast("damsm.epochs", damsm.Epochs, 1);
        checks.Positive("damsm.learning_rate", damsm.LearningRate);
        checks.Factor("damsm.learning_rate_decay", damsm.LearningRateDecay);
        checks.Factor("damsm.learning_rate_floor", damsm.LearningRateFloor);
        checks.AtLeast("damsm.gradient_clip", damsm.GradientClip, 0.0);
        checks.AtLeast("damsm.cache_views", damsm.CacheViews, 1);
        checks.AtLeast("damsm.cache_megabytes", damsm.CacheMegabytes, 1);
    }

    private static void CheckFeatureCache(Checks checks, AttnGanConfig config)
    {
        const string key = "damsm.cache_features";
        string kind = config.Damsm.CacheFeatures.ToString().ToLowerInvariant();
        if (config.Damsm.CacheFile is not null && config.Damsm.CacheFeatures != FeatureCacheKind.File)
        {
            checks.Add("damsm.cache_file", $"a path was given, but damsm.cache_features is {kind}; set it to file, or leave the path out");
        }

        if (config.Damsm.CacheFeatures == FeatureCacheKind.None)
        {
            return;
        }

        if (config.ImageEncoder.Trunk == TrunkKind.Compact)
        {
            checks.Add(
                key,
                $"{kind} was given, but the compact trunk is trained, so its features change; set it to none, or image_encoder.trunk to " +
                "resnet18 or inception");
        }

        if (config.Compat.DamsmOptimizerPerEpoch)
        {
            checks.Add(
                key,
                $"{kind} was given, but compat.damsm_optimizer_per_epoch lets the statistics of the trunk drift; set one of them to " +
                "none or false");
        }
    }

    private static void CheckGenerator(Checks checks, GeneratorConfig generator)
    {
        if (generator.Stages is < 1 or > 4)
        {
            checks.Add("generator.stages", $"{generator.Stages} was given, expected 1 to 4");
        }

        if (generator.BaseSize is not (16 or 32 or 64))
        {
            checks.Add(
                "generator.base_size",
                $"{generator.BaseSize} was given, expected 16, 32 or 64; each further stage doubles it, up to 512 pixels");
        }

        checks.AtLeast("generator.width", generator.Width, 1);
        checks.AtLeast("generator.residual_blocks", generator.ResidualBlocks, 0);
        checks.AtLeast("generator.noise", generator.Noise, 1);
        checks.AtLeast("generator.condition", generator.Condition, 1);
        if (generator.Styles.Where(style => !string.IsNullOrWhiteSpace(style)).ToHashSet().Count < generator.Styles.Count)
        {
            checks.Add("generator.styles", $"[{string.Join(", ", generator.Styles)}] was given, expected distinct names");
        }

    }

    private static void CheckDiscriminator(Checks checks, DiscriminatorConfig discriminator, GeneratorConfig generator)
    {
        checks.AtLeast("discriminator.width", discriminator.Width, 1);
        if (generator.Architecture == GeneratorArchitecture.AttnDcgan && discriminator.Unconditional)
        {
            checks.Add(
                "discriminator.unconditional",
                "true was given, but the discriminator of attn_dcgan is conditional only; set discriminator.unconditional to false " +
                "(or generator.architecture to attn_gan)");
        }
    }

    private static void CheckGrowth(Checks checks, GanConfig gan, GeneratorConfig generator)
    {
        IReadOnlyList<int> epochs = gan.GrowEpochs;
        if (epochs.Count == 0)
        {
            return;
        }

        if (generator.Architecture == GeneratorArchitecture.AttnDcgan)
        {
            checks.Add("gan.grow_epochs", $"{epochs} was given, but attn_dcgan has an image at its last stage only; set it to []");
        }
        else if (epochs.Count != generator.Stages - 1)
        {
            checks.Add(
                "gan.grow_epochs",
                $"{epochs} was given, expected {generator.Stages - 1} epochs, one for each stage after the first (generator.stages is " +
                $"{generator.Stages}), or []");
        }
        else if (epochs[0] < 1 || epochs.Zip(epochs.Skip(1)).Any(pair => pair.First >= pair.Second) || epochs[^1] >= gan.Epochs)
        {
            checks.Add("gan.grow_epochs", $"{epochs} was given, expected increasing epochs from 1 to {gan.Epochs - 1} (gan.epochs - 1)");
        }
    }

    private static void CheckGan(Checks checks, GanConfig gan, GeneratorConfig generator)
    {
        checks.AtLeast("gan.batch_size", gan.BatchSize, 2);
        checks.AtLeast("gan.epochs", gan.Epochs, 1);
        if (gan.PretrainEpochs < 0 || gan.PretrainEpochs > gan.Epochs)
        {
            checks.Add("gan.pretrain_epochs", $"{gan.PretrainEpochs} was given, expected 0 to {gan.Epochs} (gan.epochs)");
        }

        CheckGrowth(checks, gan, generator);
        checks.Positive("gan.generator_learning_rate", gan.GeneratorLearningRate);
        checks.Positive("gan.discriminator_learning_rate", gan.DiscriminatorLearningRate);
        checks.AtLeast("gan.text_encoder_learning_rate", gan.TextEncoderLearningRate, 0.0);
        checks.Factor("gan.learning_rate_decay", gan.LearningRateDecay);
        checks.Share("gan.beta1", gan.Beta1);
        checks.Share("gan.beta2", gan.Beta2);
        checks.AtLeast("gan.gradient_clip", gan.GradientClip, 0.0);
        checks.AtLeast("gan.damsm_weight", gan.DamsmWeight, 0.0);
        checks.AtLeast("gan.kl_weight", gan.KlWeight, 0.0);
        checks.Share("gan.moving_average", gan.MovingAverage);
        checks.AtLeast("gan.feature_matching_weight", gan.FeatureMatchingWeight, 0.0);
        checks.AtLeast("gan.reconstruction_weight", gan.ReconstructionWeight, 0.0);
        checks.AtLeast("gan.foreground_weight", gan.ForegroundWeight, 0.0);
        checks.AtLeast("gan.damsm_matching_weight", gan.DamsmMatchingWeight, 0.0);
        checks.AtLeast("gan.noise_inference_weight", gan.NoiseInferenceWeight, 0.0);
        if (double.IsFinite(gan.NoiseInferenceWeight)
            && gan is
            {
                NoiseInferenceWeight: > 0,
                FeatureMatchingWeight: 0,
                ReconstructionWeight: 0,
                DamsmMatchingWeight: 0,
                PretrainEpochs: 0,
            })
        {
            checks.Add(
                "gan.noise_inference_weight",
                "noise is inferred for comparisons with the real image, which are off; set gan.pretrain_epochs, " +
                "gan.reconstruction_weight, gan.feature_matching_weight or gan.damsm_matching_weight above 0 (or this to 0)");
        }

        checks.AtLeast("gan.resnet_matching_weight", gan.ResnetMatchingWeight, 0.0);
        checks.AtLeast("gan.noise_candidates", gan.NoiseCandidates, 1);
        if (gan.NoiseCandidates > 1 && (gan.NoiseInferenceWeight > 0 || generator.Architecture == GeneratorArchitecture.AttnDcgan))
        {
            checks.Add(
                "gan.noise_candidates",
                $"{gan.NoiseCandidates} was given, but " + (gan.NoiseInferenceWeight > 0
                    ? "gan.noise_inference_weight infers the noise; set one of them to its default"
                    : "attn_dcgan has no first image to compare; set it to 1"));
        }

        checks.AtLeast("gan.mode_seeking_weight", gan.ModeSeekingWeight, 0.0);
        checks.AtLeast("gan.r1_weight", gan.R1Weight, 0.0);
        checks.AtLeast("gan.r2_weight", gan.R2Weight, 0.0);
        checks.AtLeast("gan.r1_interval", gan.R1Interval, 1);
        if (gan.Augment.Distinct().Count() != gan.Augment.Count)
        {
            checks.Add("gan.augment", "an augmentation is listed twice; list each once");
        }
    }

    private static void CheckLogging(Checks checks, LoggingConfig logging)
    {
        checks.AtLeast("logging.log_every", logging.LogEvery, 1);
        checks.AtLeast("logging.sample_every", logging.SampleEvery, 1);
        checks.AtLeast("logging.checkpoint_every", logging.CheckpointEvery, 1);
        checks.AtLeast("logging.evaluate_every", logging.EvaluateEvery, 0);
        if (logging.EvaluationImages is not 0 and < 2)
        {
            checks.Add("logging.evaluation_images", $"{logging.EvaluationImages} was given, expected at least 2, or 0 for all");
        }

        checks.AtLeast("logging.keep_checkpoints", logging.KeepCheckpoints, 1);
        checks.AtLeast("logging.samples", logging.Samples, 1);
    }

    /// <summary>The comparisons are written so that NaN and infinity fail all of them.</summary>
    private sealed class Checks
    {
        public List<ConfigProblem> Problems { get; } = [];

        public void Add(string key, string reason) => Problems.Add(new ConfigProblem(key, reason));

        public void AtLeast<T>(string key, T value, T min)
            where T : INumber<T> => Require(T.IsFinite(value) && value >= min, key, value, $"at least {min}");

        public void Within(string key, double value, double min, double max) =>
            Require(value >= min && value <= max, key, value, string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"));

        public void Positive(string key, double value) =>
            Require(double.IsFinite(value) && value > 0, key, value, "a number greater than 0");

        public void Share(string key, double value) => Require(value is >= 0 and < 1, key, value, "a number in [0, 1)");

        public void Factor(string key, double value) => Require(value is > 0 and <= 1, key, value, "a number in (0, 1]");

        private void Require<T>(bool holds, string key, T value, string expected)
            where T : INumber<T>
        {
            if (!holds)
            {
                Add(key, $"{value.ToString(null, CultureInfo.InvariantCulture)} was given, expected {expected}");
            }
        }
    }
}
