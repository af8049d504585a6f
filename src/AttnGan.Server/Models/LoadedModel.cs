using AttnGan.Generation;
using AttnGan.Server.Generation;
using AttnGan.Text;

namespace AttnGan.Server.Models;

/// <summary>A loaded model with its generation queue.</summary>
internal sealed class LoadedModel(string name, TextToImagePipeline pipeline, GenerationQueue queue) : IAsyncDisposable
{
    public string Name => name;

    public TextToImagePipeline Pipeline => pipeline;

    public CaptionEncoder Captions => pipeline.Captions;

    public Vocabulary Vocabulary => pipeline.Captions.Vocabulary;

    public GenerationQueue Queue => queue;

    public async ValueTask DisposeAsync()
    {
        await queue.DisposeAsync();
        pipeline.Dispose();
    }
}
