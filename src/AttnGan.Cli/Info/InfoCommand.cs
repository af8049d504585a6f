using System.CommandLine;
using System.Globalization;
using AttnGan.Cli.Hosting;
using AttnGan.Imaging;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Spectre.Console;

namespace AttnGan.Cli.Info;

/// <summary><c>attngan info</c>: what a model package or a generated image says of itself.</summary>
internal static class InfoCommand
{
    private static readonly Argument<string?> s_file = new("FILE")
    {
        Description = "A model package (.onnx) or an image that `attngan generate` wrote (.png, .jpg, .webp). Without it the bundled model.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> s_words = new("--words") { Description = "Print the model's words, the most frequent first, and nothing else." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "info",
            "Prints the card of a model package, or what a generated image was drawn from.",
            "attngan info model.onnx",
            "attngan info model.onnx --words",
            "attngan info out/a-red-heart-s42.png")
        {
            s_file, s_words,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string file = arguments.GetValue(s_file) ?? GenerationModel.Bundled();
        if (Directory.Exists(file))
        {
            throw new UsageException($"`{file}` is a folder; give a model package (`attngan export {CommandText.Quote(file)} -o model.onnx` makes one of a run).");
        }

        if (ImageFiles.IsImage(file))
        {
            if (arguments.GetValue(s_words))
            {
                throw new UsageException($"`{file}` is an image; `--words` are those of a model.");
            }

            Write(Describe(file));
            return ExitCodes.Success;
        }

        var package = ModelPackage.Open(file);
        if (arguments.GetValue(s_words))
        {
            foreach (string word in package.Vocabulary.Words.Skip(1))
            {
                Console.Out.WriteLine(word);
            }
        }
        else
        {
            Write(Describe(package, file));
        }

        return ExitCodes.Success;
    }

    private static IEnumerable<(string Name, string Value)> Describe(string image)
    {
        ImageMetadata metadata = ImageMetadata.Read(image) ?? throw new AttnGanException(
            $"`{image}` does not say what it was drawn from: it was not drawn by this program, or another one has left that out since.");
        yield return ("caption", metadata.Caption ?? "not said");
        yield return ("seed", metadata.Seed?.ToString(CultureInfo.InvariantCulture) ?? "not said");
        if (metadata.Truncation is { } truncation)
        {
            yield return ("truncation", truncation.ToString(CultureInfo.InvariantCulture));
        }

        yield return ("model", metadata.Model ?? "not said");
        yield return ("software", metadata.Software ?? "not said");
    }

    private static IEnumerable<(string Name, string Value)> Describe(ModelPackage package, string path)
    {
        (ModelArchitecture a, ModelCard card) = (package.Architecture, package.Card);
        yield return ("name", card.Name ?? "none");
        if (card.Description is { } description)
        {
            yield return ("description", description);
        }

        yield return ("license", card.License ?? "not said: ask whoever made it");
        yield return ("training", string.Create(CultureInfo.InvariantCulture, $"{card.Steps:N0} steps of the GAN"));
        yield return ("images", $"{string.Join(", ", a.ImageStages().Select(a.SizeOf))} pixels");
        yield return ("words", string.Create(CultureInfo.InvariantCulture, $"{package.Vocabulary.Count - 1:N0} known, captions of up to {package.Captions.MaxWords}"));
        yield return ("tokenizer", package.Captions.Tokenizer.Mode.ToString().ToLowerInvariant());
        yield return ("architecture",
            $"{(a.ImageAtEveryStage ? "AttnGAN" : "AttnDCGAN")}, {a.Stages} stages, width {a.Width}, {a.ResidualBlocks} residual blocks, " +
            $"{a.Rnn.ToString().ToUpperInvariant()} {a.WordEmbedding} -> {a.Embedding}, noise {a.Noise}, condition {a.Condition}");
        long parameters = package.Model.Graph.Initializer.Where(IsWeight).Sum(tensor => tensor.Dims.Aggregate(1L, (product, size) => product * size));
        bool half = package.Model.Graph.Initializer.Any(tensor => tensor.DataType == TensorProto.Types.DataType.Float16);
        yield return ("weights", string.Create(
            CultureInfo.InvariantCulture, $"{parameters / 1e6:F2} million of {(half ? 16 : 32)} bits, {new FileInfo(path).Length / 1e6:F1} MB in all"));
        yield return ("format", $"{ModelPackage.FormatVersion}, written by {package.Model.ProducerName} {package.Model.ProducerVersion}");
    }

    private static bool IsWeight(TensorProto tensor) =>
        tensor.DataType is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Float16;

    private static void Write(IEnumerable<(string Name, string Value)> lines)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach ((string name, string value) in lines)
        {
            // Whoever made the file chose the words.
            string shown = Terminal.Harmless(value);
            if (Console.IsOutputRedirected)
            {
                Console.Out.WriteLine($"{name}: {shown}");
            }
            else
            {
                grid.AddRow(new Spectre.Console.Text(name), new Spectre.Console.Text(shown));
            }
        }

        if (!Console.IsOutputRedirected)
        {
            Terminal.Output.Write(grid);
        }
    }
}
