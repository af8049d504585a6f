using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AttnGan.Training.Configuration;

/// <summary>
/// Reads and writes configurations as YAML. Keys are the property names in snake_case (<c>text_encoder.word_embedding</c>), as are
/// enumeration values (<c>attn_dcgan</c>). Missing keys have their defaults. The official code's <c>cfg/*.yml</c> are read too,
/// recognized by their upper-case keys; overrides use our keys there as well.
/// </summary>
public static class ConfigReader
{
    /// <summary>Reads a YAML file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Settings that replace those of the file, as <c>key=value</c>: <c>gan.batch_size=16</c>.</param>
    /// <param name="warn">Receives a message for each setting of an official configuration (<c>cfg/*.yml</c>) that has no effect.</param>
    /// <exception cref="ConfigException">The configuration is invalid; all errors are listed.</exception>
    public static AttnGanConfig Read(string path, IReadOnlyList<string>? overrides = null, Action<string>? warn = null)
    {
        string yaml;
        try
        {
            yaml = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"`{path}`", [$"cannot be read: {exception.Message}"], exception);
        }

        return Parse(yaml, $"`{path}`", overrides, warn);
    }

    /// <summary>Reads YAML text.</summary>
    /// <param name="yaml">A mapping; empty text is the default configuration.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <param name="overrides">Settings that replace those of the text, as <c>key=value</c>.</param>
    /// <param name="warn">Same as for <see cref="Read"/>.</param>
    /// <exception cref="ConfigException">The configuration is invalid; all errors are listed.</exception>
    public static AttnGanConfig Parse(string yaml, string source, IReadOnlyList<string>? overrides = null, Action<string>? warn = null)
    {
        ConfigNode root;
        try
        {
            root = ConfigYaml.Read(yaml);
        }
        catch (YamlException exception)
        {
            throw new ConfigException(source, [$"not valid YAML (line {exception.Start.Line}): {exception.Message}"], exception);
        }

        if (root is ConfigScalar { IsNull: true })
        {
            root = new ConfigMapping(root.Where, []);
        }

        if (root is not ConfigMapping mapping)
        {
            throw new ConfigException(source, [$"expected sections with keys, such as `gan:` (found a value or list on {root.Where})"]);
        }

        var errors = new List<string>();
        if (OfficialConfig.Recognizes(mapping))
        {
            var official = new OfficialConfig(mapping, errors);
            mapping = official.Translate();
            official.Notes.ForEach(note => warn?.Invoke($"{source}: {note}"));
        }

        foreach (string text in overrides ?? [])
        {
            ConfigOverride.Apply(mapping, text, errors);
        }

        var binder = new ConfigBinder(errors);
        AttnGanConfig config = binder.Bind(mapping);
        errors.AddRange(ConfigValidator.Problems(config).Select(problem => problem.Describe(binder.PlaceOf(problem.Key))));
        return errors.Count == 0 ? config : throw new ConfigException(source, errors);
    }

    /// <summary>Writes the complete configuration, including defaults; <see cref="Parse"/> reads the same values back.</summary>
    public static string Write(AttnGanConfig config)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        WriteSection(emitter, config);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    /// <summary>Returns every setting with its value, in the form of <see cref="Write"/>.</summary>
    internal static IReadOnlyList<(string Key, string Value)> Settings(AttnGanConfig config)
    {
        // Lines are "section:" or, indented, "key: value".
        List<(string, string)> settings = [];
        string section = "";
        foreach (string line in Write(config).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Trim().Split(':', 2, StringSplitOptions.TrimEntries);
            bool isIndented = line.StartsWith(' ');
            section = isIndented ? section : parts[0];
            if (parts[1].Length > 0)
            {
                settings.Add((isIndented ? $"{section}.{parts[0]}" : parts[0], parts[1]));
            }
        }

        return settings;
    }

    private static void WriteSection(Emitter emitter, object section)
    {
        emitter.Emit(new MappingStart());
        foreach ((string? key, System.Reflection.PropertyInfo? property) in ConfigSchema.PropertiesOf(section.GetType()))
        {
            emitter.Emit(Plain(key));
            WriteValue(emitter, property.GetValue(section));
        }

        emitter.Emit(new MappingEnd());
    }

    private static void WriteValue(Emitter emitter, object? value)
    {
        switch (value)
        {
            case null:
                emitter.Emit(Plain("null"));
                break;
            case string text:
                emitter.Emit(new Scalar(null, null, text, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true));
                break;
            case bool flag:
                emitter.Emit(Plain(flag ? "true" : "false"));
                break;
            case Enum choice:
                emitter.Emit(Plain(ConfigSchema.SnakeCase(choice.ToString())));
                break;
            case IFormattable number:
                emitter.Emit(Plain(number.ToString(null, CultureInfo.InvariantCulture)));
                break;
            case System.Collections.IEnumerable list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Flow));
                foreach (object? item in list)
                {
                    WriteValue(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                WriteSection(emitter, value);
                break;
        }
    }

    private static Scalar Plain(string text) => new(text);
}
