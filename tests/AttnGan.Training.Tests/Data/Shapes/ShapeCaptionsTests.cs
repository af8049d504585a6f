using AttnGan.Training.Data.Shapes;

namespace AttnGan.Training.Tests.Data.Shapes;

public sealed class ShapeCaptionsTests
{
    [Fact]
    public void Captions_are_read_back_as_descriptions_that_fit_their_scene()
    {
        for (int i = 0; i < 5000; i++)
        {
            (ShapeScene scene, IReadOnlyList<string> captions) = ShapeDataset.Describe(seed: 3, i);
            Assert.InRange(captions.Count, 3, 5);
            Assert.Equal(captions.Count, captions.Distinct().Count());
            foreach (string caption in captions)
            {
                Assert.True(ShapeCaptions.TryRead(caption, out ShapeDescription? description), caption);
                Assert.True(description.Fits(scene), $"\"{caption}\" does not fit {scene}.");
            }
        }
    }

    [Fact]
    public void Every_part_of_a_caption_is_read()
    {
        Assert.True(ShapeCaptions.TryRead(
            "a small red circle above a large striped blue square on a yellow background", out ShapeDescription? two));
        Assert.Equal("yellow", two.Background);
        Assert.Equal(
            [
                new ObjectDescription { Color = "red", Shape = ShapeKind.Circle, Size = ShapeSize.Small, Place = ShapePlace.Top },
                new ObjectDescription
                {
                    Color = "blue",
                    Shape = ShapeKind.Square,
                    Size = ShapeSize.Large,
                    Texture = ShapeTexture.Striped,
                    Place = ShapePlace.Bottom,
                },
            ],
            two.Objects);

        Assert.True(ShapeCaptions.TryRead(
            "two objects on white: a plain pink heart and an orange star with dots", out ShapeDescription? open));
        Assert.Equal("white", open.Background);
        Assert.Equal(
            [
                new ObjectDescription { Color = "pink", Shape = ShapeKind.Heart, Texture = ShapeTexture.Plain },
                new ObjectDescription { Color = "orange", Shape = ShapeKind.Star, Texture = ShapeTexture.Dotted },
            ],
            open.Objects);

        Assert.True(ShapeCaptions.TryRead("A big gray ring on the left of a green background.", out ShapeDescription? one));
        Assert.Equal("green", one.Background);
        Assert.Equal(
            [new ObjectDescription { Color = "gray", Shape = ShapeKind.Ring, Size = ShapeSize.Large, Place = ShapePlace.Left }],
            one.Objects);
    }

    [Theory]
    [InlineData("a red heart and a thing")]
    [InlineData("a circle")]
    [InlineData("a red circle on a purple background")]
    [InlineData("")]
    public void Other_captions_are_refused(string caption) => Assert.False(ShapeCaptions.TryRead(caption, out _));

    [Fact]
    public void A_description_does_not_fit_a_scene_that_differs_in_one_attribute()
    {
        var circle = new ShapeObject(ShapeKind.Circle, "red", ShapeSize.Small, ShapeTexture.Plain, ShapePlace.Left, 0.25, 0.5, 0.12);
        ShapeObject square = circle with { Shape = ShapeKind.Square, Color = "blue", Place = ShapePlace.Right, X = 0.75 };
        var scene = new ShapeScene("white", [circle, square]);
        Assert.True(ShapeCaptions.TryRead(
            "a plain blue square to the right of a small red circle on white", out ShapeDescription? description));

        Assert.True(description.Fits(scene));
        Assert.Equal([square, circle], description.Match(scene));
        Assert.False(description.Fits(scene with { Background = "black" }));
        Assert.False(description.Fits(scene with { Objects = [circle] }));
        Assert.False(description.Fits(scene with { Objects = [circle with { Size = ShapeSize.Large }, square] }));
        Assert.False(description.Fits(scene with { Objects = [circle with { Color = "pink" }, square] }));
        Assert.False(description.Fits(scene with { Objects = [circle, square with { Shape = ShapeKind.Ring }] }));
        Assert.False(description.Fits(scene with { Objects = [circle, square with { Texture = ShapeTexture.Dotted }] }));
        Assert.False(description.Fits(
            scene with { Objects = [circle with { Place = ShapePlace.Right }, square with { Place = ShapePlace.Left }] }));
    }
}
