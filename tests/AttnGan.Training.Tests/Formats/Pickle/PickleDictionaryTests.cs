using System.Numerics;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleDictionaryTests
{
    public static TheoryData<object?, object?> EqualKeys => new()
    {
        { null, null },
        { "a", new string('a', 1) },
        { 5L, 5L },
        { 0.5, 0.5 },
        { true, true },
        { BigInteger.Pow(2, 80), BigInteger.Pow(2, 80) },
        { new byte[] { 1, 2 }, new byte[] { 1, 2 } },
        { new PickleTuple(), new PickleTuple() },
        { new PickleTuple("a", 1L, null, new byte[] { 3 }), new PickleTuple("a", 1L, null, new byte[] { 3 }) },
    };

    [Theory]
    [MemberData(nameof(EqualKeys))]
    public void An_equal_key_replaces_the_value_in_its_place(object? key, object? same)
    {
        var dictionary = new PickleDictionary();
        dictionary.Set("first", 1L);
        dictionary.Set(key, 2L);
        dictionary.Set("last", 3L);

        dictionary.Set(same, 4L);

        Assert.Equal(3, dictionary.Count);
        Assert.Equal([1L, 4L, 3L], dictionary.Select(entry => entry.Value));
        Assert.Same(key, dictionary.ElementAt(1).Key);
        Assert.True(dictionary.TryGetValue(same, out object? value));
        Assert.Equal(4L, value);
    }

    [Fact]
    public void Different_keys_are_kept_apart_in_order_of_insertion()
    {
        object?[] keys =
        [
            "b", "a", 1L, 1.5, null, false, new byte[] { 1 }, new byte[] { 2 }, new PickleTuple(1L), new PickleTuple(2L),
            new PickleTuple(1L, 2L), BigInteger.Pow(2, 80), BigInteger.Pow(2, 81),
        ];
        var dictionary = new PickleDictionary();
        Assert.False(dictionary.TryGetValue("a", out _));
        for (int i = 0; i < keys.Length; i++)
        {
            dictionary.Set(keys[i], (long)i);
        }

        Assert.Equal(keys, dictionary.Select(entry => entry.Key));
        Assert.All(Enumerable.Range(0, keys.Length), i =>
        {
            Assert.True(dictionary.TryGetValue(keys[i], out object? value));
            Assert.Equal((long)i, value);
        });
        Assert.False(dictionary.TryGetValue("c", out object? missing));
        Assert.Null(missing);
    }

    [Fact]
    public void Lists_and_nested_tuples_are_no_keys()
    {
        var dictionary = new PickleDictionary();
        object[] keys = [new List<object?>(), new PickleTuple(new PickleTuple(1L)), new PickleTuple(1L, new List<object?>()), dictionary];

        Assert.All(keys, key => Assert.Throws<FormatException>(() => dictionary.Set(key, 1L)));
        Assert.Empty(dictionary);
    }
}
