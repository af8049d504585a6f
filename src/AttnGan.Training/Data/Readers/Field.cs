using System.Globalization;
using System.Text.Json;

namespace AttnGan.Training.Data.Readers;

/// <summary>The value of a column in a row of a table, whatever the format of the table.</summary>
internal readonly record struct Field(FieldKind Kind, IReadOnlyList<string> Texts)
{
    public static readonly Field Missing = new(FieldKind.Missing, []);

    public static Field Text(string text) => new(FieldKind.Text, [text]);

    public static Field List(IReadOnlyList<string> texts) => new(FieldKind.List, texts);

    public static Field Number(IFormattable number) => new(FieldKind.Number, [number.ToString(null, CultureInfo.InvariantCulture)]);

    /// <summary>The text of a text or number; null for other values.</summary>
    public string? Single => Kind is FieldKind.Text or FieldKind.Number ? Texts[0] : null;

    /// <exception cref="InvalidOperationException">A string has an unpaired surrogate.</exception>
    public static Field Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => Missing,
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Number => new Field(FieldKind.Number, [value.GetRawText()]),
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            List([.. value.EnumerateArray().Select(item => item.GetString()!)]),
        _ => new Field(FieldKind.Other, []),
    };
}

internal enum FieldKind
{
    Missing,
    Text,
    List,
    Number,
    Other,
}
