using YamlDotNet.Core;

namespace AttnGan.Training.Configuration;

/// <summary>Applies <c>--set key=value</c> to the nodes of a file, replacing the value in the file.</summary>
internal static class ConfigOverride
{
    public static void Apply(ConfigMapping root, string text, List<string> errors)
    {
        string where = $"--set {text}";
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? "" : text[..equals].Trim();
        if (key.Length == 0)
        {
            errors.Add($"`{where}` is not of the form key=value, such as gan.batch_size=16");
            return;
        }

        if (ReadValue(text[(equals + 1)..].Trim(), where, errors) is not { } value)
        {
            return;
        }

        string[] parts = key.Split('.');
        for (int depth = 1; depth < parts.Length; depth++)
        {
            string outer = string.Join('.', parts[..depth]);
            if (ConfigSchema.Settings.Contains(outer))
            {
                errors.Add($"unknown key `{key}` ({where}): `{outer}` is a single value and has no keys");
                return;
            }
        }

        ConfigMapping section = root;
        foreach (string part in parts[..^1])
        {
            if (EnterSection(section, part, where) is not { } inner)
            {
                // The file has a value instead of a section, or an unknown key; the binder reports both.
                return;
            }

            section = inner;
        }

        section.Entries.RemoveAll(entry => entry.Key == parts[^1]);
        section.Entries.Add(new ConfigEntry(parts[^1], where, value));
    }

    /// <summary>
    /// Parses only lists, mappings and quoted text as YAML. Other text is used verbatim: <c>#ffffff</c> would be a comment.
    /// </summary>
    private static ConfigNode? ReadValue(string text, string where, List<string> errors)
    {
        if (text.Length == 0 || !"[{\"'".Contains(text[0], StringComparison.Ordinal))
        {
            return new ConfigScalar(where, text, Quoted: false);
        }

        try
        {
            return ConfigYaml.Read(text, where);
        }
        catch (YamlException exception)
        {
            errors.Add($"`{where}`: the value is not valid YAML: {exception.Message}");
            return null;
        }
    }

    private static ConfigMapping? EnterSection(ConfigMapping parent, string key, string where)
    {
        int index = parent.Entries.FindLastIndex(entry => entry.Key == key);
        if (index < 0)
        {
            var created = new ConfigMapping(where, []);
            parent.Entries.Add(new ConfigEntry(key, where, created));
            return created;
        }

        ConfigEntry entry = parent.Entries[index];
        ConfigMapping? section = entry.Value switch
        {
            ConfigMapping mapping => mapping,
            ConfigScalar { IsNull: true } => new ConfigMapping(entry.Value.Where, []),
            ConfigScalar scalar when key == ConfigBinder.CompatKey => ConfigBinder.ExpandCompat(scalar),
            _ => null,
        };
        if (section is not null)
        {
            parent.Entries[index] = entry with { Value = section };
        }

        return section;
    }
}
