using AttnGan.Training.Torch;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Torch;

public sealed class SeedsTests
{
    [Fact]
    public void The_same_three_numbers_give_the_same_draws()
    {
        Assert.Equal(Draw(5, SeedPurpose.GanStep, 12), Draw(5, SeedPurpose.GanStep, 12));
    }

    [Fact]
    public void Seeds_purposes_and_steps_draw_apart()
    {
        HashSet<string> drawn = [];
        foreach (long seed in (long[])[0, 1, 2, -1, long.MaxValue])
        {
            foreach (SeedPurpose purpose in Enum.GetValues<SeedPurpose>())
            {
                for (long step = 0; step < 20; step++)
                {
                    Assert.True(drawn.Add(string.Join(' ', Draw(seed, purpose, step))), $"{seed}, {purpose}, {step}");
                }
            }
        }
    }

    private static float[] Draw(long seed, SeedPurpose purpose, long step)
    {
        Seeds.Begin(seed, purpose, step);
        using Tensor drawn = randn(4);
        return [.. drawn.data<float>()];
    }
}
