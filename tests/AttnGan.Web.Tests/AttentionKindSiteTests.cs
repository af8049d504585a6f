using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using AttnGan.Training.Tests.Export;

namespace AttnGan.Web.Tests;

/// <summary>Networks with attention by cosines and skip-layer excitation, in the visitor's browser.</summary>
[Collection(nameof(Browsing))]
public sealed class AttentionKindSiteTests(Chromium chromium, AttentionKindSite site) : IClassFixture<AttentionKindSite>
{
    [Fact]
    public async Task Images_and_attention_are_those_of_the_library()
    {
        const string Caption = "word1 word17 word3";
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, Caption, 5);

        using var pipeline = TextToImagePipeline.Load(site.Model, new PipelineOptions { Engine = InferenceEngine.Fused });
        GeneratedImage expected = pipeline.Generate(
            Caption, new GenerationOptions { Seed = 5, AllStages = true, Attention = true }, TestContext.Current.CancellationToken);
        Assert.Equal(3, expected.Stages.Count);
        for (int stage = 0; stage < 3; stage++)
        {
            Assert.InRange(
                PageTests.Difference(expected.Stages[stage], await page.StageAsync(stage)), 0, PageTests.Tolerance);
        }

        foreach ((StageAttention attention, int i) in expected.Attention.Select((attention, i) => (attention, i)))
        {
            string[] shown = [.. await page.Page.Locator(".ranking").Nth(i).Locator("li").AllInnerTextsAsync()];
            Assert.Equal(3, shown.Length);
            Assert.Contains(attention.TopWords(1)[0].Word, shown[0]);
        }
    }
}

/// <summary>The static site of a random model with attention by cosines and skip-layer excitation.</summary>
public sealed class AttentionKindSite : StaticSite
{
    /// <summary>The path of the model.</summary>
    public string Model { get; private set; } = "";

    protected override string ModelIn(string folder)
    {
        AttnGanConfig config = RandomNetworks.Config with
        {
            Generator = RandomNetworks.Config.Generator with { Attention = AttentionKind.Cosine, SkipExcitation = true },
        };
        using TrainedNetworks networks = RandomNetworks.Create(config);
        Model = Path.Combine(folder, "cosine.onnx");
        ModelPackageExport.Convert(networks, new ModelCard { Name = "cosine" }, half: true).Save(Model);
        return Model;
    }
}
