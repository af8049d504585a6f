using System.Reflection;
using System.Text.Json;
using AttnGan.Text;

namespace AttnGan.Training.Configuration;

/// <summary>The valid keys of a configuration: the records' settable properties in snake_case.</summary>
internal static class ConfigSchema
{
    /// <summary>Full keys of all settings and sections in declaration order: <c>gan</c>, <c>gan.loss</c>, ….</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. KeysOf(typeof(AttnGanConfig), "")];

    /// <summary>Full keys of all settings, without sections: <c>name</c>, <c>gan.loss</c>, ….</summary>
    public static IReadOnlyList<string> Settings { get; } =
        [.. Keys.Where(key => !Keys.Any(other => other.StartsWith($"{key}.", StringComparison.Ordinal)))];

    /// <summary>Returns key and property of each setting and section of a record. Computed properties are not keys.</summary>
    public static IReadOnlyList<(string Key, PropertyInfo Property)> PropertiesOf(Type record) =>
    [
        .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .OrderBy(property => property.MetadataToken)
            .Select(property => (SnakeCase(property.Name), property)),
    ];

    public static bool IsSection(Type type) => type.IsClass && type.Namespace == typeof(AttnGanConfig).Namespace;

    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>Returns the valid keys most similar to <paramref name="unknown"/>; none if no key is similar.</summary>
    public static IReadOnlyList<string> Nearest(string unknown)
    {
        (string? section, string? name) = Split(unknown);
        string letters = LettersOf(name);
        var ranked = Keys
            .Select(key => (Key: key, Parts: Split(key)))
            .Select(candidate => (
                candidate.Key,
                Distance: EditDistance.Between(letters, LettersOf(candidate.Parts.Name)),
                Elsewhere: candidate.Parts.Section != section))
            .Where(candidate => candidate.Distance <= Math.Max(1, letters.Length / 3))
            .ToList();
        if (ranked.Count == 0)
        {
            return [];
        }

        (int Distance, bool Elsewhere) best = ranked.Min(candidate => (candidate.Distance, candidate.Elsewhere));
        return [.. ranked.Where(candidate => (candidate.Distance, candidate.Elsewhere) == best).Select(candidate => candidate.Key)];
    }

    private static IEnumerable<string> KeysOf(Type record, string prefix)
    {
        foreach ((string? key, PropertyInfo? property) in PropertiesOf(record))
        {
            yield return prefix + key;
            if (!IsSection(property.PropertyType))
            {
                continue;
            }

            foreach (string inner in KeysOf(property.PropertyType, $"{prefix}{key}."))
            {
                yield return inner;
            }
        }
    }

    private static (string Section, string Name) Split(string key)
    {
        int dot = key.LastIndexOf('.');
        return dot < 0 ? ("", key) : (key[..dot], key[(dot + 1)..]);
    }

    /// <summary>
    /// Normalizes a name, so that <c>batchSize</c>, <c>batch-size</c> and <c>BATCH_SIZE</c> are similar to <c>batch_size</c>.
    /// </summary>
    private static string LettersOf(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
