using AttnGan.Generation;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;

namespace AttnGan.Training.Evaluation.Subjects;

/// <summary>The model under evaluation. Baselines take their sizes from it.</summary>
internal sealed class EvaluatedModel
{
    private readonly ModelPackage? _package;

    private EvaluatedModel(ModelPackage? package, string path, AttnGanConfig? config, string? damsm)
    {
        _package = package;
        Path = path;
        Config = config;
        Damsm = damsm;
    }

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>The configuration that it was trained with; null for model packages, which do not contain it.</summary>
    public AttnGanConfig? Config { get; }

    /// <summary>The checkpoint with the DAMSM that it was trained with; null if the file has none.</summary>
    public string? Damsm { get; }

    /// <summary>Name, license and description of the model.</summary>
    public ModelCard Card => _package?.Card ?? new ModelCard { Name = Config!.Name };

    /// <summary>Side in pixels of the images of the last stage; of a DAMSM alone, that of its image encoder.</summary>
    public int ImageSize => _package is null ? Config!.ImageEncoder.ImageSize : _package.Architecture.SizeOf(_package.Architecture.Stages);

    /// <summary>True if the generator has a refinement stage, and with it word attention.</summary>
    public bool Attends => _package?.Architecture.Stages > 1;

    /// <summary>Returns true if the model knows a word of a caption.</summary>
    public bool Knows(string caption) => Package.Captions.Encode(caption).Ids.Count > 0;

    private ModelPackage Package => _package ?? throw new AttnGanException(
        $"`{Path}` is a DAMSM without a generator, so there are no generated images to evaluate. Add `--baseline real` to evaluate the " +
        "DAMSM on real images, or train the generator with `attngan train gan`.");

    /// <summary>
    /// Opens a model package, a run folder, a GAN checkpoint or a model file; or a run folder that has only a DAMSM, for baselines of real
    /// images. Must not be called within a dispose scope.
    /// </summary>
    /// <exception cref="AttnGanException">Thrown when there is none, or it is damaged.</exception>
    public static EvaluatedModel Open(string path)
    {
        if (!Directory.Exists(path) && path.EndsWith(ModelPackage.Extension, StringComparison.OrdinalIgnoreCase))
        {
            return new EvaluatedModel(ModelPackage.Open(path), path, config: null, damsm: null);
        }

        if (Directory.Exists(path) && RunDirectory.NewestCheckpoint(path, TrainingKind.Gan) is null &&
            RunDirectory.NewestCheckpoint(path, TrainingKind.Damsm) is { } trained)
        {
            return new EvaluatedModel(package: null, path, Checkpoint.Open(trained, TrainingKind.Damsm).Config, damsm: path);
        }

        var model = ModelFile.Open(path);
        return new EvaluatedModel(
            ModelPackageExport.Convert(model, new ModelCard(), half: false),
            model.Path,
            model.Config,
            HasDamsm(model.Path) ? model.Path : null);
    }

    /// <summary>Creates a pipeline that generates with the model.</summary>
    public TextToImagePipeline CreatePipeline(PipelineOptions options) => TextToImagePipeline.Create(Package, Path, options);

    /// <summary>Creates the same architecture and vocabulary with random weights. Must not be called within a dispose scope.</summary>
    public EvaluatedModel CreateUntrained(long seed)
    {
        CaptionEncoder captions = Package.Captions;
        AttnGanConfig config = ArchitectureConversion.ToConfig(Package.Architecture, captions);
        Seeds.Begin(seed, SeedPurpose.GanWeights);
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
