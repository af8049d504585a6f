using System.Globalization;
using System.Text;
using System.Text.Json;
using AttnGan.Models;

namespace AttnGan.Cli.Export;

/// <summary>The README of a repository on the Hugging Face Hub, whose front matter the Hub reads.</summary>
/// <param name="package">The model.</param>
/// <param name="datasets">Names of the datasets on the Hub that the model was trained on.</param>
/// <param name="caption">The caption of the samples; null if there are none.</param>
/// <param name="samples">The path of the samples in the repository.</param>
internal sealed class HubCard(ModelPackage package, IReadOnlyList<string> datasets, string? caption, string? samples)
{
    // The licenses of the Hub's list that weights and images have; any other one is "other".
    private static readonly string[] s_licenses =
    [
        "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-sa-3.0",
        "cc-by-sa-4.0", "cc0-1.0", "gpl-3.0", "lgpl-3.0", "mit", "mpl-2.0", "odbl", "pddl", "unlicense",
    ];

    /// <summary>Returns the text of the file.</summary>
    public override string ToString()
    {
        (ModelArchitecture a, ModelCard card) = (package.Architecture, package.Card);
        string name = card.Name ?? "AttnGAN";
        var text = new StringBuilder();
        text.Append("---\n");
        AppendLicense(text, card.License);
        text.Append("pipeline_tag: text-to-image\n");
        AppendList(text, "tags", ["attngan", "gan", "text-to-image", "onnx", "safetensors"]);
        AppendList(text, "datasets", datasets);
        text.Append("---\n\n");
        text.Append(CultureInfo.InvariantCulture, $"# {name}\n\n");
        if (card.Description is { } description)
        {
            text.Append(CultureInfo.InvariantCulture, $"{description}\n\n");
        }

        string sizes = string.Join(", ", a.ImageStages().Select(a.SizeOf));
        text.Append(CultureInfo.InvariantCulture, $"""
            Generates images of {sizes} pixels from captions with AttnGAN (Xu et al., CVPR 2018).
            Its vocabulary has {package.Vocabulary.Count - 1} words; captions have up to {package.Captions.MaxWords} of them.
            License: {card.License ?? "not specified; ask the author"}.


            """);
        if (samples is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"![{caption}]({samples})\n\n");
        }

        string style = a.Styles is { Count: > 0 } styles
            ? $"\nAfter its {a.Noise} normal values, `noise` has {styles.Count} more: 1 for the style and 0 for the others of " +
                "`architecture.styles`."
            : "";
        text.Append(CultureInfo.InvariantCulture, $"""
            | file | contents |
            |---|---|
            | `onnx/model.onnx` | the model package: text encoder and generator in one graph, with vocabulary and card in its metadata |
            | `config.json` | architecture, tokenizer, vocabulary and card, as in that metadata |
            | `model.safetensors` | the weights of the graph, by name |

            ```sh
            attngan generate "CAPTION" --model .
            ```

            Other programs run the graph with ONNX Runtime. Its inputs are `tokens` (B, T), the positions of the caption's words in
            `vocabulary`; `lengths` (B), their number; `noise` (B, `architecture.noise`) and `condition_noise` (B,
            `architecture.condition`), standard normal. The output `picture_S` (B, 3, S, S) is the image of S pixels in [-1, 1].{style}

            """);
        return text.ToString();
    }

    private static void AppendLicense(StringBuilder text, string? license)
    {
        if (license is null)
        {
            return;
        }

        string id = license.ToLowerInvariant();
        if (s_licenses.Contains(id))
        {
            text.Append(CultureInfo.InvariantCulture, $"license: {id}\n");
        }
        else
        {
            text.Append("license: other\nlicense_name: described-below\n");
        }
    }

    /// <summary>Appends a list of YAML; JSON's strings are strings of YAML.</summary>
    private static void AppendList(StringBuilder text, string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}:\n");
            text.AppendJoin("", values.Select(value => $"- {JsonSerializer.Serialize(value)}\n"));
        }
    }
}
