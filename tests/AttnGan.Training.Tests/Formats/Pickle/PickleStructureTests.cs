using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleStructureTests
{
    private static readonly List<object?> s_list = [1L, 2L, 3L]; // 4 values
    private static readonly PickleDictionary s_dictionary = Dictionary(("a", s_list), ("b", 1L)); // 6 values

    public static TheoryData<object, long> Structures => new()
    {
        { s_list, 4 },
        { new PickleTuple(1L, 2L), 3 },
        { s_dictionary, 6 },
        { new List<object?> { s_list, s_list }, 9 },
        { new List<object?> { s_dictionary, 1L, s_list }, 12 },
        { new List<object?> { 1L, new List<object?> { s_list, s_list } }, 11 },
        { new PickleTuple(s_dictionary, new PickleTuple(s_list)), 12 },
    };

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_structure_may_have_a_number_of_values_when_references_are_followed(object root, long values)
    {
        PickleStructure.Check(root, values);

        Assert.Contains(
            $"expand to more than {values - 1} values",
            Assert.Throws<FormatException>(() => PickleStructure.Check(root, values - 1)).Message);
    }

    [Fact]
    public void Lists_beside_each_other_are_not_nested()
    {
        var lists = new List<object?>(Enumerable.Range(0, 300).Select(_ => new List<object?>()));

        PickleStructure.Check(lists, 301);

        Assert.Throws<FormatException>(() => PickleStructure.Check(lists, 300));
    }

    [Fact]
    public void A_scalar_is_no_structure() => PickleStructure.Check("a", 0);

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void Lists_tuples_and_dictionaries_are_nested_up_to_200_levels(int depth, bool accepted)
    {
        object root = s_list;
        for (int level = 1; level < depth; level++)
        {
            root = (level % 3) switch
            {
                0 => new List<object?> { root },
                1 => new PickleTuple(root),
                _ => Dictionary(("a", root)),
            };
        }

        var error = Record.Exception(() => PickleStructure.Check(root, long.MaxValue)) as FormatException;

        Assert.Equal(accepted ? null : "it is nested more than 200 levels deep", error?.Message);
    }

    [Fact]
    public void A_structure_that_contains_itself_is_rejected_at_any_level()
    {
        var list = new List<object?>();
        list.Add(Dictionary(("a", new PickleTuple(1L, list))));

        Assert.Contains("contains itself", Assert.Throws<FormatException>(() => PickleStructure.Check(list, 100)).Message);
    }

    private static PickleDictionary Dictionary(params (object? Key, object? Value)[] entries)
    {
        var dictionary = new PickleDictionary();
        foreach ((object? key, object? value) in entries)
        {
            dictionary.Set(key, value);
        }

        return dictionary;
    }
}
