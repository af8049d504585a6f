using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace AttnGan.Training.Data.Shapes;

/// <summary>The language of shape scenes: writes captions, and reads them back.</summary>
internal static partial class ShapeCaptions
{
    private static readonly Dictionary<string, ShapeKind> s_shapes = Enum.GetValues<ShapeKind>().ToDictionary(WordOf);
    private static readonly Dictionary<string, ShapeSize> s_sizes =
        new() { ["small"] = ShapeSize.Small, ["little"] = ShapeSize.Small, ["large"] = ShapeSize.Large, ["big"] = ShapeSize.Large };

    private static readonly Dictionary<string, ShapeTexture> s_textures = new()
    {
        ["plain"] = ShapeTexture.Plain,
        ["striped"] = ShapeTexture.Striped,
        ["stripes"] = ShapeTexture.Striped,
        ["dotted"] = ShapeTexture.Dotted,
        ["dots"] = ShapeTexture.Dotted,
    };

    /// <summary>Writes different captions of a scene, each of which states a part of what the image shows.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="random">The source of chance.</param>
    /// <returns>Three to five captions.</returns>
    public static IReadOnlyList<string> Write(ShapeScene scene, ref CounterRandom random)
    {
        int count = 3 + random.Next(3);
        List<string> captions = [];
        while (captions.Count < count)
        {
            string caption = scene.Objects.Count == 1 ? WriteOne(scene, ref random) : WriteTwo(scene, ref random);
            if (!captions.Contains(caption))
            {
                captions.Add(caption);
            }
        }

        return captions;
    }

    /// <summary>Reads what a caption of this language states.</summary>
    /// <param name="caption">The caption.</param>
    /// <param name="description">What it states.</param>
    /// <returns>False if the caption is not of this language.</returns>
    public static bool TryRead(string caption, [NotNullWhen(true)] out ShapeDescription? description)
    {
        description = null;
        string text = caption.Trim().TrimEnd('.').ToLowerInvariant();
        string? background = null;
        if (Ground().Match(text) is { Success: true } ground)
        {
            background = ground.Groups["color"].Value;
            text = text.Remove(ground.Index, ground.Length);
        }

        Match relation = Relation().Match(text);
        string[] phrases = relation.Success
            ? [text[..relation.Index], text[(relation.Index + relation.Length)..]]
            : Conjunction().Split(text);
        (ShapePlace? firstPlace, ShapePlace? secondPlace) = PlacesOf(relation.Groups["relation"].Value);
        if (phrases.Length == 1 && Alone().Match(text) is { Success: true } place)
        {
            firstPlace = PlaceOf(place.Groups["place"].Value);
            phrases = [text[..place.Index]];
        }

        List<ObjectDescription> objects = [];
        foreach ((string phrase, ShapePlace? at) in phrases.Zip([firstPlace, secondPlace]))
        {
            string[] words = phrase.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string? color = words.FirstOrDefault(ShapePalette.Colors.Contains);
            string? shape = words.FirstOrDefault(s_shapes.ContainsKey);
            if (color is null || shape is null || !words.All(IsKnown))
            {
                return false;
            }

            objects.Add(new ObjectDescription
            {
                Color = color,
                Shape = s_shapes[shape],
                Size = words.FirstOrDefault(s_sizes.ContainsKey) is { } size ? s_sizes[size] : null,
                Texture = words.FirstOrDefault(s_textures.ContainsKey) is { } texture ? s_textures[texture] : null,
                Place = at,
            });
        }

        bool known = background is null || ShapePalette.Backgrounds.Contains(background);
        description = known ? new ShapeDescription(background, objects) : null;
        return known;
    }

    /// <summary>The word for a shape.</summary>
    public static string WordOf(ShapeKind shape) => shape.ToString().ToLowerInvariant();

    /// <summary>Returns true if a word names a shape.</summary>
    public static bool IsShape(string word) => s_shapes.ContainsKey(word);

    private static bool IsKnown(string word) => word is "a" or "an" or "with" || ShapePalette.Colors.Contains(word) ||
        s_shapes.ContainsKey(word) || s_sizes.ContainsKey(word) || s_textures.ContainsKey(word);

    private static string WriteOne(ShapeScene scene, ref CounterRandom random)
    {
        ShapeObject item = scene.Objects[0];
        string phrase = Phrase(item, ref random);
        string place = item.Place switch
        {
            ShapePlace.Left => "on the left",
            ShapePlace.Right => "on the right",
            ShapePlace.Top => "at the top",
            ShapePlace.Bottom => "at the bottom",
            _ => "in the center",
        };
        return random.Next(6) switch
        {
            0 => phrase,
            1 => $"{phrase} {place}",
            2 => $"{phrase} on a {scene.Background} background",
            3 => $"{phrase} {place} of a {scene.Background} background",
            4 => $"{phrase} {place} on {scene.Background}",
            _ => $"one object on {scene.Background}: {phrase}",
        };
    }

    private static string WriteTwo(ShapeScene scene, ref CounterRandom random)
    {
        (ShapeObject first, ShapeObject second) = random.NextBool()
            ? (scene.Objects[0], scene.Objects[1])
            : (scene.Objects[1], scene.Objects[0]);
        (string a, string b) = (Phrase(first, ref random), Phrase(second, ref random));
        string relation = first.Place switch
        {
            ShapePlace.Top => "above",
            ShapePlace.Bottom => "below",
            ShapePlace.Left => "to the left of",
            _ => "to the right of",
        };
        return random.Next(6) switch
        {
            0 => $"{a} {relation} {b}",
            1 => $"{a} and {b}",
            2 => $"{a} {relation} {b} on a {scene.Background} background",
            3 => $"{a} {relation} {b} on {scene.Background}",
            4 => $"two objects on {scene.Background}: {a} {relation} {b}",
            _ => $"{a} and {b} on a {scene.Background} background",
        };
    }

    /// <summary>"a small striped red circle": always with color and shape, with size and texture in some captions.</summary>
    private static string Phrase(ShapeObject item, ref CounterRandom random)
    {
        string size = !random.NextBool() ? ""
            : item.Size == ShapeSize.Small ? Either(ref random, "small ", "little ")
            : Either(ref random, "large ", "big ");

        // A plain object is rarely called that; a texture mostly is stated.
        bool stated = item.Texture == ShapeTexture.Plain ? random.Next(6) == 0 : random.Next(4) > 0;
        bool behind = item.Texture != ShapeTexture.Plain && random.Next(3) == 0;
        (string before, string after) = (stated, behind, item.Texture) switch
        {
            (false, _, _) => ("", ""),
            (_, true, ShapeTexture.Striped) => ("", " with stripes"),
            (_, true, ShapeTexture.Dotted) => ("", " with dots"),
            _ => ($"{item.Texture.ToString().ToLowerInvariant()} ", ""),
        };
        string phrase = $"{size}{before}{item.Color} {WordOf(item.Shape)}{after}";
        return $"{(phrase[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {phrase}";
    }

    private static string Either(ref CounterRandom random, string one, string other) => random.NextBool() ? one : other;

    private static (ShapePlace? First, ShapePlace? Second) PlacesOf(string relation) => relation switch
    {
        "above" => (ShapePlace.Top, ShapePlace.Bottom),
        "below" => (ShapePlace.Bottom, ShapePlace.Top),
        "to the left of" => (ShapePlace.Left, ShapePlace.Right),
        "to the right of" => (ShapePlace.Right, ShapePlace.Left),
        _ => (null, null),
    };

    private static ShapePlace PlaceOf(string words) => words switch
    {
        "on the left" => ShapePlace.Left,
        "on the right" => ShapePlace.Right,
        "at the top" => ShapePlace.Top,
        "at the bottom" => ShapePlace.Bottom,
        _ => ShapePlace.Center,
    };

    // "on a yellow background", "of a yellow background", "one object on yellow:", "on yellow" at the end.
    [GeneratedRegex(@"( (on|of) a (?<color>\w+) background$)|(^(one object|two objects) on (?<color>\w+): )|( on (?<color>\w+)$)")]
    private static partial Regex Ground();

    [GeneratedRegex(" (?<relation>above|below|to the left of|to the right of) ")]
    private static partial Regex Relation();

    [GeneratedRegex(" and ")]
    private static partial Regex Conjunction();

    [GeneratedRegex("(?<place>on the left|on the right|at the top|at the bottom|in the center)$")]
    private static partial Regex Alone();
}
