using AttnGan.Training.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats;

public sealed class TensorDictionaryTests
{
    [Fact]
    public void Disposing_the_dictionary_disposes_its_tensors()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var tensors = new TensorDictionary();
        tensors.Add("a", zeros(2));
        tensors.Add("b", zeros(3));
        Assert.Equal(before + 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        tensors.Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Tensors_are_found_by_their_exact_name()
    {
        using var tensors = new TensorDictionary();
        tensors.Add("b", zeros(2));
        tensors.Add("a", zeros(3));

        Assert.Equal(2, tensors.Count);
        Assert.Equal(["b", "a"], tensors.Keys);
        Assert.Equal(["b", "a"], tensors.Select(entry => entry.Key));
        Assert.True(tensors.ContainsKey("a"));
        Assert.False(tensors.ContainsKey("A"));
        Assert.True(tensors.TryGetValue("a", out Tensor? found));
        Assert.Same(tensors["a"], found);
        Assert.False(tensors.TryGetValue("c", out _));
        tensors.Dispose();
        Assert.Empty(tensors);
    }

    [Theory]
    [InlineData("module.weight", "module.bias", "weight bias")]
    [InlineData("module.weight", "bias", "module.weight bias")]
    public void A_prefix_is_stripped_only_if_all_names_have_it(string first, string second, string expected)
    {
        using var tensors = new TensorDictionary();
        tensors.Add(first, zeros(2));
        tensors.Add(second, zeros(3));

        tensors.StripCommonPrefix("module.");

        Assert.Equal(expected.Split(' '), tensors.Keys);
        Assert.Equal([2L, 3L], tensors.Values.Select(tensor => tensor.numel()));
    }

    [Fact]
    public void Tensors_are_renamed_in_their_order()
    {
        using var tensors = new TensorDictionary();
        tensors.Add("b", zeros(2));
        tensors.Add("a", zeros(3));

        tensors.Rename(name => $"new.{name}");

        Assert.Equal(["new.b", "new.a"], tensors.Keys);
        Assert.Equal([2L, 3L], tensors.Values.Select(tensor => tensor.numel()));
        Assert.Throws<ArgumentException>(() => tensors.Rename(_ => "same"));
    }

    [Fact]
    public void Tensors_with_any_of_several_prefixes_are_removed_and_disposed()
    {
        using var tensors = new TensorDictionary();
        foreach (string name in (string[])["a.x", "b.x", "A.x", "c.a.x"])
        {
            tensors.Add(name, zeros(2));
        }

        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        tensors.Remove(["a.", "b."]);

        Assert.Equal(["A.x", "c.a.x"], tensors.Keys);
        Assert.Equal(before - 2, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
