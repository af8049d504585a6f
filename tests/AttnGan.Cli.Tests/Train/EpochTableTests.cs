using AttnGan.Cli.Train;
using AttnGan.Training.Runs;

namespace AttnGan.Cli.Tests.Train;

public sealed class EpochTableTests
{
    private static readonly EpochRow s_gan = new(
        3, 120, 5_850, 234_000,
        [
            new("D", 1.2345), new("G", 12.5), new("DAMSM", 9.876),
            new("generated_image_to_text_r1", 0.2), new("generated_image_to_text_r10", 0.8), new("r_precision", 0.423), new("fd", 21.607),
            new("independent_r_precision", 0.4), new("independent_fd", 30.5), new("quality", -0.699),
        ]);

    private static readonly EpochRow s_damsm = new(
        12, 12, 468, 468,
        [
            new("loss", 1.751), new("validation_loss", 7.66), new("image_to_text_r1", 0.467), new("text_to_image_r1", 0.4),
            new("image_to_text_r10", 1), new("text_to_image_r10", 1), new("quality", 0.433),
        ]);

    [Fact]
    public void Gan_metrics_fit_150_columns()
    {
        (string header, string row) = EpochTable.Layout(s_gan, 150);

        Assert.Equal(
            "  epoch    step        D        G    DAMSM   R-prec       FD  ind R-prec   ind FD  gen R@1  gen R@10  quality", header);
        Assert.Equal(
            "  3/120    5850    1.234   12.500    9.876   42.3 %   21.607      40.0 %   30.500   20.0 %    80.0 %   -0.699", row);
    }

    [Theory]
    [InlineData(100, "  epoch    step        D        G    DAMSM   R-prec       FD  ind R-prec   ind FD  gen R@1  quality")]
    [InlineData(80, "  epoch    step        D        G    DAMSM   R-prec       FD  quality")]
    [InlineData(40, "  epoch    step        D  quality")]
    [InlineData(10, "  epoch")]
    public void The_least_important_gan_columns_are_dropped_on_narrow_terminals(int width, string header) =>
        Assert.Equal(header, EpochTable.Layout(s_gan, width).Header);

    [Theory]
    [InlineData(150, "epoch  step     loss  val loss  i2t R@1  t2i R@1  i2t R@10  t2i R@10  quality")]
    [InlineData(100, "epoch  step     loss  val loss  i2t R@1  t2i R@1  i2t R@10  t2i R@10  quality")]
    [InlineData(80, "epoch  step     loss  val loss  i2t R@1  t2i R@1  i2t R@10  t2i R@10  quality")]
    [InlineData(70, "epoch  step     loss  val loss  i2t R@1  t2i R@1  i2t R@10  quality")]
    public void Damsm_metrics_fit_the_terminal(int width, string header) => Assert.Equal(header, EpochTable.Layout(s_damsm, width).Header);

    [Theory]
    [InlineData(150, "i2t R@10  t2i R@10  thing R@1  E color   E dims  quality")]
    [InlineData(100, "i2t R@10  t2i R@10  thing R@1  E color  quality")]
    [InlineData(80, "i2t R@10  t2i R@10  quality")]
    public void Statistics_of_sentence_features_come_after_retrieval(int width, string end)
    {
        Measure[] sentences =
            [new("sentence_dimensions", 30), new("sentence_color_variance", 0.25), new("sentence_same_thing_r1", 0.95)];

        string header = EpochTable.Layout(s_damsm with { Measures = [.. s_damsm.Measures, .. sentences] }, width).Header;

        Assert.EndsWith(end, header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(150)]
    public void Rows_of_all_epochs_align_with_their_header(int width)
    {
        (string Header, string Row)[] rows =
        [
            .. Enumerable.Range(1, 120).Select(epoch => EpochTable.Layout(s_gan with { Epoch = epoch, Step = epoch * 1950L }, width)),
            EpochTable.Layout(s_gan with { Epoch = null }, width),
        ];

        Assert.Single(rows.Select(row => row.Header).Distinct());
        Assert.All(rows, row => Assert.InRange(row.Row.Length, row.Header.Length, row.Header.Length));
        Assert.All(rows, row => Assert.InRange(row.Row.Length, 1, width));
    }

    [Theory]
    [InlineData(123456.789, "1.23E+5")]
    [InlineData(-123456.789, "-1.23E+5")]
    [InlineData(double.NaN, "NaN")]
    public void Large_values_are_abbreviated(double value, string text) =>
        Assert.EndsWith($"  {text}", EpochTable.Layout(s_damsm with { Measures = [new("loss", value)] }, 80).Row, StringComparison.Ordinal);

    [Fact]
    public void Unknown_measures_come_last() =>
        Assert.EndsWith("quality  novelty", EpochTable.Layout(
            s_damsm with { Measures = [new("novelty", 1), new("quality", 1)] }, 80).Header, StringComparison.Ordinal);
}
