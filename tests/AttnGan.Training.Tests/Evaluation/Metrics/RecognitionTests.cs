using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class RecognitionTests : IDisposable
{
    private static readonly int[] s_things = [0, 0, 1, 2];
    private static readonly float[,] s_gallery = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };

    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(0.9f, 0.1f, 0, 0.0)]     // the nearest image shows thing 0
    [InlineData(0.1f, 0.9f, 0, 0.0)]     // so does the second image of it
    [InlineData(-0.9f, 0.1f, 0, 1.0)]    // thing 1 is nearer
    [InlineData(-0.9f, -0.8f, 0, 2.0)]   // things 1 and 2 are nearer
    [InlineData(0.1f, -0.9f, 2, 0.0)]
    [InlineData(0f, 0f, 1, 1.0)]         // all are equally near: half of the two others
    public void The_rank_is_the_number_of_nearer_things(float x, float y, int thing, double rank) =>
        Assert.Equal([rank], Rank(new[,] { { x, y } }, [thing]));

    [Fact]
    public void Any_of_several_correct_things_counts() => Assert.Equal(
        [0.0], Recognition.Ranks(tensor(new[,] { { -0.9f, 0.1f } }), tensor(s_gallery), s_things, [new HashSet<int> { 1, 2 }]));

    [Fact]
    public void Images_that_are_left_out_are_not_found()
    {
        float[,] query = { { 0.9f, 0.1f } };

        Assert.Equal([0.0], Rank(query, [0], (_, row) => row == 0)); // the second image of the thing is still nearest
        Assert.Equal([1.0], Rank(new[,] { { 0.9f, -0.8f } }, [0], (_, row) => row == 0)); // it is farther than thing 2
        Assert.Equal([null], Rank(query, [0], (_, row) => s_things[row] == 0));
    }

    [Fact]
    public void Features_that_are_not_numbers_are_not_recognized() =>
        Assert.Equal([null], Rank(new[,] { { float.NaN, 1 } }, [0]));

    [Fact]
    public void Shares_count_the_ranks_that_exist()
    {
        double?[] ranks = [0, 0.5, 1, null, 9];

        Assert.Equal(0.5, Recognition.ShareBelow(ranks, 1));
        Assert.Equal(1, Recognition.ShareBelow(ranks, 10));
    }

    [Fact]
    public void Captions_name_the_things_of_all_images_that_they_describe()
    {
        var index = ThingIndex.Of(
        [
            new("a", "a", ["a bird", "a red bird"], "parrot-red") { Thing = "parrot", Style = "ink" },
            new("b", "b", ["a bird"], "owl-red") { Thing = "owl", Style = "ink" },
            new("c", "c", ["a blue parrot"], "parrot-blue") { Thing = "parrot", Style = "oil" },
            new("d", "d", ["something"]),
        ]);

        Assert.Equal(index.Things[0], index.Things[2]);
        Assert.Equal(3, index.Things.Distinct().Count());
        Assert.Equal([index.Things[0], index.Things[1]], index.Named("a bird").Order());
        Assert.Equal([index.Things[0]], index.Named("a blue parrot"));
        Assert.True(index.IsOfSameStyle(0, 1));
        Assert.False(index.IsOfSameStyle(0, 2));
        Assert.False(index.IsOfSameStyle(2, 3));
        Assert.True(index.IsOfSameStyle(3, 3));
        Assert.True(index.HasStyles);
    }

    public void Dispose() => _scope.Dispose();

    private static double?[] Rank(float[,] query, int[] correct, Func<int, int, bool>? leavesOut = null) => Recognition.Ranks(
        tensor(query), tensor(s_gallery), s_things, [.. correct.Select(thing => new HashSet<int> { thing })], leavesOut);
}
