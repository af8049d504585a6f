using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Torch;

namespace AttnGan.Training.Evaluation;

/// <summary>The model that draws what is judged, or that references take their sizes from.</summary>
internal sealed class EvaluatedModel
{
    private readonly ModelPackage _package;

    private EvaluatedModel(ModelPackage package, string path, AttnGanConfig? config, string? damsm)
    {
        _package = package;
        Path = path;
        Config = config;
        Damsm = damsm;
    }

    /// <summary>The file that was opened.</summary>
    public string Path { get; }

    /// <summary>What it was trained with; null for model packages, which do not say.</summary>
    public AttnGanConfig? Config { get; }

    /// <summary>The checkpoint with the DAMSM that it was trained with; null for files without one.</summary>
    public string? Damsm { get; }

    public ModelCard Card => _package.Card;

    /// <summary>Side in pixels of the finished images.</summary>
    public int ImageSize => _package.Architecture.SizeOf(_package.Architecture.Stages);

    /// <summary>Whether any stage attends to words.</summary>
    public bool Attends => _package.Architecture.Stages > 1;

    /// <summary>Whether a caption has a word that the model knows.</summary>
    public bool Knows(string caption) => _package.Captions.Encode(caption).Ids.Count > 0;

    /// <summary>Opens a model package, a run folder, a GAN checkpoint or a model file. Not within a dispose scope.</summary>
    /// <exception cref="AttnGanException">There is none, or it is damaged.</exception>
    public static EvaluatedModel Open(string path)
    {
        if (!Directory.Exists(path) && path.EndsWith(ModelPackage.Extension, StringComparison.OrdinalIgnoreCase))
        {
            return new EvaluatedModel(ModelPackage.Open(path), path, config: null, damsm: null);
        }

        var model = ModelFile.Open(path);
        return new EvaluatedModel(
            ModelPackageExport.Convert(model, new ModelCard(), half: false), model.Path, model.Config, HasDamsm(model.Path) ? model.Path : null);
    }

    public TextToImagePipeline CreatePipeline(PipelineOptions options) => TextToImagePipeline.Create(_package, Path, options);

    /// <summary>The same sizes and words with random weights. Not within a dispose scope.</summary>
    public EvaluatedModel Untrained(long seed)
    {
        CaptionEncoder captions = _package.Captions;
        AttnGanConfig config = ArchitectureConversion.ToConfig(_package.Architecture, captions);
        Seeds.Begin(seed, Seeds.Purpose.GanWeights);
        using var networks = new TrainedNetworks(
            config,
            captions.Vocabulary,
            new TextEncoder(config.TextEncoder, captions.Vocabulary.Count),
            Initialization.Apply(new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat)));
        return new EvaluatedModel(ModelPackageExport.Convert(networks, new ModelCard(), half: false), Path, Config, Damsm);
    }

    private static bool HasDamsm(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Names.Any(name => name.StartsWith("image_encoder.", StringComparison.Ordinal));
    }
}
