using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Training.Trainers;

internal static class TrainingBatches
{
    public static BatchLoaderOptions Options(AttnGanConfig config, int batchSize, IReadOnlyList<int> sizes) => new()
    {
        BatchSize = batchSize,
        Sizes = sizes,
        CropScale = config.Data.CropScale,
        Flip = config.Data.Flip,
        Background = RgbColor.Parse(config.Data.Background),
        Seed = config.Seed,
        Workers = config.Data.Workers,
        Prefetch = config.Data.Prefetch,
        CacheMegabytes = config.Data.CacheMegabytes,
    };
}
