using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Torch;

public sealed class SeedsTests
{
    [Fact]
    public void Equal_seeds_purposes_and_steps_give_equal_numbers()
    {
        Assert.Equal(Numbers(5, SeedPurpose.GanStep, 12), Numbers(5, SeedPurpose.GanStep, 12));
    }

    [Fact]
    public void Different_seeds_purposes_and_steps_give_different_numbers()
    {
        HashSet<string> seen = [];
        foreach (long seed in (long[])[0, 1, 2, -1, long.MaxValue])
        {
            foreach (SeedPurpose purpose in Enum.GetValues<SeedPurpose>())
            {
                for (long step = 0; step < 20; step++)
                {
                    Assert.True(seen.Add(string.Join(' ', Numbers(seed, purpose, step))), $"{seed}, {purpose}, {step}");
                }
            }
        }
    }

    private static float[] Numbers(long seed, SeedPurpose purpose, long step)
    {
        Seeds.Begin(seed, purpose, step);
        using Tensor numbers = randn(4);
        return [.. numbers.data<float>()];
    }
}
