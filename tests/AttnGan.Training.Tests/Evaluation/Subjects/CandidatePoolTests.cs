using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Subjects;

public sealed class CandidatePoolTests
{
    [Fact]
    public void Negatives_are_distinct_captions_of_other_classes_and_depend_on_the_seed()
    {
        CandidatePool pool = new(
            Enumerable.Range(0, 30).Select(n => ($"caption {n}", $"class {n % 3}")).Append(("caption 0", "class 1")));

        int[] sample = pool.Sample("class 1", 19, seed: 4, image: 2);

        // Class 1 has ten captions of its own, and shares one with class 0.
        Assert.Equal((30, 19, 20), (pool.Captions.Count, pool.CountNegatives("class 1"), pool.CountNegatives("class 0")));
        Assert.Equal("class 0", pool.ClassOf(0));
        Assert.Equal(Enumerable.Range(1, 29).Where(n => n % 3 != 1), sample.Order());
        Assert.Equal(sample, pool.Sample("class 1", 19, seed: 4, image: 2));
        Assert.NotEqual(sample, pool.Sample("class 1", 19, seed: 5, image: 2));
        Assert.NotEqual(sample, pool.Sample("class 1", 19, seed: 4, image: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Sample("class 1", 20, seed: 4, image: 2));
    }

    [Fact]
    public void All_negatives_are_equally_likely()
    {
        CandidatePool pool = new(Enumerable.Range(0, 20).Select(n => ($"{n}", $"{n}")));
        int[] counts = new int[20];
        for (int image = 0; image < 4000; image++)
        {
            Array.ForEach(pool.Sample("0", 5, seed: 1, image), candidate => counts[candidate]++);
        }

        Assert.Equal(0, counts[0]);
        Assert.All(counts[1..], count => Assert.InRange(count, 900, 1210)); // 4000 * 5 / 19 = 1053
    }
}
