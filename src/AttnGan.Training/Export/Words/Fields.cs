namespace AttnGan.Training.Export.Words;

/// <summary>The subject fields of WordNet's nouns (its lexicographer files) that matter for images.</summary>
internal static class Fields
{
    public const int Color = 7;
    public const int Person = 18;
    public const int Shape = 25;
    public const int Substance = 27;

    // Animals, artifacts, bodies, food, plants.
    private static readonly HashSet<int> s_things = [5, 6, 8, 13, 20];

    // Natural objects, persons, phenomena, shapes, substances.
    private static readonly HashSet<int> s_visible = [.. s_things, 17, Person, 19, Shape, Substance];

    // The most general words (person, animal, plant), communication (images, books), feelings, groups, places, money, times of day.
    private static readonly HashSet<int> s_nameable = [.. s_visible, 3, 10, 12, 14, 15, 21, 28];

    /// <summary>Returns true for things with an outline.</summary>
    public static bool IsThing(int field) => s_things.Contains(field);

    /// <summary>Returns true for what can be seen.</summary>
    public static bool IsVisible(int field) => s_visible.Contains(field);

    /// <summary>Returns true for what can be seen or stands for something that can. Thoughts, acts and states are not.</summary>
    public static bool IsNameable(int field) => s_nameable.Contains(field);
}
