using System.Globalization;
using System.Reflection;

namespace AttnGan.Training.Configuration;

/// <summary>Converts the nodes of a configuration to typed records and collects all errors.</summary>
internal sealed class ConfigBinder(List<string> errors)
{
    public const string CompatKey = "compat";

    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    public AttnGanConfig Bind(ConfigMapping root) => (AttnGanConfig)BindSection(typeof(AttnGanConfig), root, "");

    /// <summary>Returns the place where a key was set; null if it has its default.</summary>
    public string? PlaceOf(string key) => _places.GetValueOrDefault(key);

    /// <summary>Expands <c>official</c> and <c>none</c> to a mapping of all switches; returns null for other text.</summary>
    public static ConfigMapping? ExpandCompat(ConfigScalar scalar)
    {
        if (scalar.Text is not ("official" or "none"))
        {
            return null;
        }

        ConfigScalar value = scalar with { Text = scalar.Text == "official" ? "true" : "false" };
        return new ConfigMapping(
            scalar.Where,
            [
                .. ConfigSchema.PropertiesOf(typeof(CompatibilityConfig))
                    .Select(property => new ConfigEntry(property.Key, scalar.Where, value)),
            ]);
    }

    private object BindSection(Type type, ConfigMapping mapping, string prefix)
    {
        object section = Activator.CreateInstance(type)!;
        var properties = ConfigSchema.PropertiesOf(type).ToDictionary(property => property.Key, property => property.Property);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfigEntry entry in mapping.Entries)
        {
            string key = prefix + entry.Key;
            if (!seen.TryAdd(entry.Key, entry.Where))
            {
                errors.Add($"`{key}` ({entry.Where}) is already set ({seen[entry.Key]}); keep one");
                continue;
            }

            if (!properties.TryGetValue(entry.Key, out PropertyInfo? property))
            {
                errors.Add($"unknown key `{key}` ({entry.Where}){Suggest(ConfigSchema.Nearest(key))}");
                continue;
            }

            _places[key] = entry.Where;
            bool nullable = property.PropertyType == typeof(string) && property.GetValue(section) is null;
            if (BindValue(property.PropertyType, entry.Value, key, nullable) is { } value)
            {
                property.SetValue(section, value);
            }
            else if (nullable && entry.Value is ConfigScalar { IsNull: true })
            {
                property.SetValue(section, null);
            }
        }

        return section;
    }

    /// <summary>Returns the value; null, and an error, if it is invalid.</summary>
    private object? BindValue(Type type, ConfigNode node, string key, bool nullable)
    {
        if (ConfigSchema.IsSection(type))
        {
            return BindNestedSection(type, node, key);
        }

        if (type == typeof(IReadOnlyList<Augmentation>))
        {
            return BindList<Augmentation>(node, key, ConfigSchema.SnakeCase(default(Augmentation).ToString()));
        }

        if (type == typeof(IReadOnlyList<int>))
        {
            return BindList<int>(node, key, "10, 20");
        }

        if (type == typeof(IReadOnlyList<string>))
        {
            return BindList<string>(node, key, "first, second");
        }

        if (node is not ConfigScalar scalar)
        {
            return Fail(key, node, $"a list or section was given, expected {Expected(type)}");
        }

        if (scalar.IsNull)
        {
            return nullable
                ? null
                : Fail(key, node, $"no value was given, expected {Expected(type)} (text that begins with # needs quotes)");
        }

        return type.IsEnum ? BindChoice(type, scalar, key) : BindScalar(type, scalar, key);
    }

    private object? BindNestedSection(Type type, ConfigNode node, string key)
    {
        switch (node)
        {
            case ConfigMapping mapping:
                return BindSection(type, mapping, $"{key}.");
            case ConfigScalar { IsNull: true }:
                return Activator.CreateInstance(type);
            case ConfigScalar scalar when key == CompatKey:
                return ExpandCompat(scalar) is { } expanded
                    ? BindSection(type, expanded, $"{key}.")
                    : Fail(key, node, $"`{scalar.Text}` was given, expected official, none or a section of switches");
            default:
                string keys = string.Join(", ", ConfigSchema.PropertiesOf(type).Select(property => property.Key));
                return Fail(key, node, $"expected a section with some of the keys {keys}");
        }
    }

    private List<T>? BindList<T>(ConfigNode node, string key, string example)
    {
        if (node is not ConfigSequence sequence)
        {
            Fail(key, node, $"expected a list such as [{example}]; [] for none");
            return null;
        }

        var list = new List<T>();
        foreach (ConfigNode item in sequence.Items)
        {
            if (BindValue(typeof(T), item, key, nullable: false) is T value)
            {
                list.Add(value);
            }
        }

        return list;
    }

    private object? BindChoice(Type type, ConfigScalar scalar, string key)
    {
        foreach (object? value in Enum.GetValues(type))
        {
            if (ConfigSchema.SnakeCase(value.ToString()!) == scalar.Text)
            {
                return value;
            }
        }

        return Fail(key, scalar, $"`{scalar.Text}` was given, expected {Expected(type)}");
    }

    private object? BindScalar(Type type, ConfigScalar scalar, string key)
    {
        string text = scalar.Text;
        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(bool))
        {
            return text switch
            {
                "true" or "True" or "TRUE" => true,
                "false" or "False" or "FALSE" => false,
                _ => Fail(key, scalar, $"`{text}` was given, expected true or false"),
            };
        }

        if (type == typeof(double))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? number
                : Fail(key, scalar, $"`{text}` was given, expected a finite number");
        }

        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 whole))
        {
            return Fail(key, scalar, $"`{text}` was given, expected an integer");
        }

        (long min, long max) = type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (whole < min || whole > max)
        {
            return Fail(key, scalar, $"`{text}` was given, expected an integer from {min} to {max}");
        }

        return type == typeof(int) ? (object)(int)whole : (long)whole;
    }

    private object? Fail(string key, ConfigNode node, string reason)
    {
        errors.Add($"`{key}` ({node.Where}): {reason}");
        return null;
    }

    private static string Expected(Type type)
    {
        if (type.IsEnum)
        {
            return OneOf([.. Enum.GetNames(type).Select(ConfigSchema.SnakeCase)]);
        }

        return type == typeof(string) ? "text" : type == typeof(bool) ? "true or false" : "a number";
    }

    private static string Suggest(IReadOnlyList<string> keys) =>
        keys.Count == 0 ? "" : $"; did you mean {OneOf([.. keys.Select(key => $"`{key}`")])}?";

    private static string OneOf(IReadOnlyList<string> items) =>
        items.Count == 1 ? items[0] : $"{string.Join(", ", items.SkipLast(1))} or {items[^1]}";
}
