using System.Text.Json;
using AttnGan.Imaging;

namespace AttnGan.Cli.Tests;

/// <summary>A temporary folder with a tiny dataset and a tiny configuration.</summary>
internal sealed class Workspace : IDisposable
{
    private static readonly string[] s_colors = ["red", "green", "blue"];
    private static readonly string[] s_shapes = ["circle", "square", "heart", "star"];

    /// <summary>Steps per epoch of both trainings: 9 of 12 images, batch size 3.</summary>
    public const int StepsPerEpoch = 3;

    public Workspace()
    {
        Root = Directory.CreateTempSubdirectory("attngan-cli-").FullName;
        Directory.CreateDirectory(PathOf("data"));
        var lines = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            var image = new RgbImage(32, 32);
            for (int p = 0; p < image.Pixels.Length; p++)
            {
                image.Pixels[p] = (byte)((p % 3 == i % 3 ? 220 : 30) - (p / 3 % 32 * (i / 3) / 2));
            }

            image.Save(PathOf($"data/{i:00}.png"));
            string caption = $"a {s_colors[i % 3]} {s_shapes[i / 3]}";
            lines.Add(JsonSerializer.Serialize(new { file_name = $"{i:00}.png", captions = new[] { caption, $"{caption} on white" } }));
        }

        File.WriteAllLines(PathOf("data/metadata.jsonl"), lines);
        File.WriteAllText(PathOf("tiny.yml"), """
            name: tiny-test
            data: { max_words: 8, crop_scale: 1.0, flip: false, prefetch: 1, validation_fraction: 0.25 }
            text_encoder: { word_embedding: 16, embedding: 16, dropout: 0.1 }
            image_encoder: { trunk: compact, image_size: 32, width: 8 }
            damsm: { batch_size: 3, epochs: 1 }
            generator: { base_size: 16, stages: 2, width: 4, residual_blocks: 1, noise: 8, condition: 8 }
            discriminator: { width: 4 }
            gan: { batch_size: 3, epochs: 1 }
            logging: { log_every: 1, sample_every: 1000, checkpoint_every: 2, samples: 2, tensor_board: false, curves: false }
            """);
    }

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    public AttnganProcess.Result Run(params string[] arguments) => AttnganProcess.Run(Root, arguments);

    /// <summary>Returns arguments that train in <c>run</c> on one thread.</summary>
    public static string[] Train(params string[] more) =>
        ["train", "--data", "data", "--config", "tiny.yml", "--run", "run", "--threads", "1", .. more];

    /// <summary>Returns arguments that resume the training in <c>run</c>.</summary>
    public static string[] Resume(params string[] more) =>
        ["train", "--data", "data", "--run", "run", "--threads", "1", "--resume", .. more];

    public string[] Checkpoints(string kind) => Directory.Exists(PathOf($"run/{kind}/checkpoints"))
        ? [.. Directory.GetFiles(PathOf($"run/{kind}/checkpoints"), $"{kind}-*.safetensors").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Returns the step of the newest checkpoint.</summary>
    public long LastStep(string kind) => long.Parse(
        Path.GetFileNameWithoutExtension(Checkpoints(kind)[^1]).Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
