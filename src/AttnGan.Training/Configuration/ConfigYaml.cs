using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AttnGan.Training.Configuration;

/// <summary>
/// Parses YAML to <see cref="ConfigNode"/>s. It uses parser events because YamlDotNet's own tree stops at the first duplicate key and
/// does not limit recursion.
/// </summary>
internal static class ConfigYaml
{
    private const int MaxDepth = 16;

    /// <param name="text">One YAML document; empty text is an empty mapping.</param>
    /// <param name="where">The place of all nodes; null for the line of each.</param>
    /// <exception cref="YamlException">The text is not YAML, or uses a feature that configurations do not support.</exception>
    public static ConfigNode Read(string text, string? where = null)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            return ReadDocument(parser, where);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet's scanner throws internal exceptions for some texts, such as "[1\nkey: 2".
            Mark mark = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(mark, mark, "an unclosed bracket or wrong indentation after this", exception);
        }
    }

    private static ConfigNode ReadDocument(Parser parser, string? where)
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return new ConfigMapping(where ?? "line 1", []);
        }

        parser.Consume<DocumentStart>();
        ConfigNode root = ReadNode(parser, where, depth: 0);
        parser.Consume<DocumentEnd>();
        if (!parser.TryConsume<StreamEnd>(out _))
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "a second document starts here; only one is allowed");
        }

        return root;
    }

    private static ConfigNode ReadNode(Parser parser, string? where, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested more than {MaxDepth} levels deep");
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            return new ConfigScalar(where ?? LineOf(scalar), scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any));
        }

        if (parser.TryConsume<SequenceStart>(out SequenceStart? sequence))
        {
            var items = new List<ConfigNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(parser, where, depth + 1));
            }

            return new ConfigSequence(where ?? LineOf(sequence), items);
        }

        if (parser.TryConsume<MappingStart>(out MappingStart? mapping))
        {
            var entries = new List<ConfigEntry>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out Scalar? key))
                {
                    throw new YamlException(parser.Current!.Start, parser.Current.End, "a key must be a plain scalar");
                }

                entries.Add(new ConfigEntry(key.Value, where ?? LineOf(key), ReadNode(parser, where, depth + 1)));
            }

            return new ConfigMapping(where ?? LineOf(mapping), entries);
        }

        throw new YamlException(parser.Current!.Start, parser.Current.End, "anchors and aliases are not supported; repeat the value");
    }

    private static string LineOf(ParsingEvent parsed) => $"line {parsed.Start.Line}";
}
