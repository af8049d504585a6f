namespace AttnGan.Tests.Shared;

/// <summary>A database folder in WordNet's format with the few words that a test needs.</summary>
internal sealed class TinyWordNet
{
    private readonly List<(char Letter, int Field, string[] Words, string Definition, List<string> Pointers)> _synsets = [];
    private readonly List<string> _senses = [];
    private readonly Dictionary<string, int> _numbers = [];

    /// <summary>Adds a synset and returns its offset.</summary>
    /// <param name="letter">n, v, a or s.</param>
    /// <param name="field">Number of the lexicographer's file.</param>
    /// <param name="words">The words with their counts: "puppy:3"; earlier synsets of a word are more frequent.</param>
    /// <param name="definition">The definition.</param>
    /// <param name="hypernym">Offset of the more general synset; 0 for none.</param>
    /// <param name="similar">Offset of a similar adjective; 0 for none.</param>
    /// <param name="usage">Offset of the usage, such as that of insults; 0 for none.</param>
    public int Add(char letter, int field, string words, string definition, int hypernym = 0, int similar = 0, int usage = 0)
    {
        int offset = _synsets.Count + 1;
        string[] names = [.. words.Split(' ').Select(word => word.Split(':')[0])];
        var pointers = new List<string>();
        _synsets.Add((letter, field, names, definition, pointers));
        if (hypernym > 0)
        {
            pointers.Add($"@ {hypernym:D8} {letter} 0000");
            _synsets[hypernym - 1].Pointers.Add($"~ {offset:D8} {letter} 0000");
        }

        if (similar > 0)
        {
            pointers.Add($"& {similar:D8} a 0000");
            _synsets[similar - 1].Pointers.Add($"& {offset:D8} a 0000");
        }

        if (usage > 0)
        {
            pointers.Add($";u {usage:D8} n 0000");
        }

        foreach (string[] word in words.Split(' ').Select(word => word.Split(':')))
        {
            string key = word[0].ToLowerInvariant();
            int number = _numbers[$"{key} {letter}"] = _numbers.GetValueOrDefault($"{key} {letter}") + 1;
            int type = letter switch { 'n' => 1, 'v' => 2, 'a' => 3, _ => 5 };
            _senses.Add($"{key}%{type}:{field:D2}:00:: {offset:D8} {number} {(word.Length > 1 ? word[1] : "0")}");
        }

        return offset;
    }

    /// <summary>Writes the folder.</summary>
    public string Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string file, string letters) in new[] { ("noun", "n"), ("verb", "v"), ("adj", "as") })
        {
            IEnumerable<string> lines = _synsets
                .Select((synset, index) => (synset, Offset: index + 1))
                .Where(item => letters.Contains(item.synset.Letter))
                .Select(item => string.Join(' ',
                [
                    $"{item.Offset:D8} {item.synset.Field:D2} {item.synset.Letter} {item.synset.Words.Length:x2}",
                    .. item.synset.Words.Select(word => $"{word} 0"),
                    $"{item.synset.Pointers.Count:D3}",
                    .. item.synset.Pointers,
                    $"| {item.synset.Definition}  ",
                ]));
            File.WriteAllLines(Path.Combine(folder, $"data.{file}"), ["  1 This is the license,  ", "  2 all of it.  ", .. lines]);
        }

        File.WriteAllLines(Path.Combine(folder, "index.sense"), _senses);
        return folder;
    }

    /// <summary>Dogs, cats, hamsters and gerbils, trucks, sizes and colors.</summary>
    public static TinyWordNet Common()
    {
        var net = new TinyWordNet();
        int entity = net.Add('n', 3, "entity", "that which is");
        int animal = net.Add('n', 3, "animal:9", "a living organism", entity);
        int dog = net.Add('n', 5, "dog:42 domestic_dog", "a domesticated mammal", animal);
        net.Add('n', 5, "puppy:3", "a young dog", dog);
        int cat = net.Add('n', 5, "cat:18", "a feline mammal", animal);
        net.Add('n', 5, "kitten:2", "young domestic cat", animal);
        net.Add('n', 5, "tabby", "a cat with a gray coat", cat);
        int rodent = net.Add('n', 5, "rodent", "a small gnawing animal", animal);
        net.Add('n', 5, "hamster:1", "a short-tailed rodent", rodent);
        net.Add('n', 5, "gerbil:1", "a small rodent of the desert", rodent);
        int vehicle = net.Add('n', 6, "vehicle:9", "a conveyance that transports people", entity);
        int truck = net.Add('n', 6, "truck:9", "an automotive vehicle for hauling", vehicle);
        net.Add('n', 6, "lorry", "a large truck", truck);
        net.Add('n', 6, "Truck", "a town with the name of a vehicle", vehicle);
        int color = net.Add('n', 7, "color:9", "a visual attribute", entity);
        int chromatic = net.Add('n', 7, "chromatic_color", "a color that has hue", color);
        int red = net.Add('n', 7, "red:9", "the color of blood", chromatic);
        int blue = net.Add('n', 7, "blue:9", "the color of the sky", chromatic);
        net.Add('n', 7, "crimson:1", "a deep and vivid red", red);
        net.Add('n', 7, "azure:1", "the blue of the unclouded sky", blue);
        int big = net.Add('a', 0, "big:9 large:9", "above average in size");
        net.Add('s', 0, "gigantic:2", "so exceedingly big", similar: big);
        net.Add('v', 29, "cry:9 weep:3", "shed tears");
        net.Add('n', 9, "theory:9", "a thought about animals", entity);
        int insult = net.Add('n', 10, "disparagement", "a belittling remark", entity);
        net.Add('n', 5, "cur:1", "an insult for a dog", dog, usage: insult);
        return net;
    }

    /// <summary>Vectors of the words: those of a kind are alike.</summary>
    public static IEnumerable<string> Vectors() =>
    [
        "the 0.1 0.1 0.1 0.1", "dog 1 0 0 0", "cat 0.9 0.3 0 0", "red 0 0 1 0", "blue 0 0 1 0.1", "truck 0 1 0 0",
        "big 0 0 0.2 1", "puppy 1 0.1 0 0", "puppies 1 0.1 0 0", "kitten 0.9 0.35 0 0", "hamster 0.8 0.1 0 0.1",
        "gerbil 0.8 0.1 0 0.2", "lorry 0 1 0.1 0", "crimson 0 0 1 0.05", "azure 0 0 1 0.1", "gigantic 0 0 0.1 1",
        "weep 0.5 0.5 0.5 0", "weeping 0.5 0.5 0.5 0", "crying 0.5 0.5 0.5 0.1", "theory 0.9 0.3 0.1 0", "cur 1 0 0 0",
        "tabby 0.9 0.3 0 0", "dogs 1 0 0 0",
    ];
}
