using System.Text.Json;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Export;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Generator;
using AttnGan.Training.Import;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Import;

public sealed class OfficialImportTests : IDisposable
{
    private static readonly string[] Words = [Vocabulary.End, .. Enumerable.Range(1, 39).Select(number => $"word{number}")];

    private readonly TemporaryDirectory _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public OfficialImportTests()
    {
        File.WriteAllText(_folder.File("words.json"), JsonSerializer.Serialize(Words));
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("zip")]
    public void Official_files_are_imported_as_a_model_that_generates(string format)
    {
        using OfficialImport import = Read(new OfficialWeightFiles
        {
            TextEncoder = ReferenceValues.PathOf($"torch_files/text_encoder_{format}.pth"),
            Generator = ReferenceValues.PathOf($"torch_files/netG_{format}.pth"),
            Vocabulary = _folder.File("words.json"),
        });

        Assert.Equal(new TextEncoderConfig { WordEmbedding = 20, Embedding = 16 }, import.Config.TextEncoder);
        Assert.Equal(new GeneratorConfig { Width = 4, Noise = 10, Condition = 8, ResidualBlocks = 2 }, import.Config.Generator);
        Assert.Equal(TokenizerMode.Official, import.Config.Data.Tokenizer);
        Assert.Equal(new CompatibilityConfig(), import.Config.Compat);

        string path = _folder.File("model.onnx");
        import.WritePackage(path, new ModelCard { Name = "small" }, half: false);
        using var pipeline = TextToImagePipeline.Load(path);
        GeneratedImage image = pipeline.Generate(
            "Word3 word17 unknown", new GenerationOptions { AllStages = true }, TestContext.Current.CancellationToken);
        Assert.Equal([64, 128, 256], image.Stages.Select(stage => stage.Width));
        Assert.Equal(["word3", "word17"], image.Caption.Words);
    }

    [Fact]
    public void The_tokenizer_is_found_from_the_vocabulary_and_can_be_named()
    {
        OfficialWeightFiles files = new()
        {
            TextEncoder = ReferenceValues.PathOf("data/spaces/text_encoder.pth"),
            Generator = ReferenceValues.PathOf("data/spaces/netG.pth"),
            Vocabulary = ReferenceValues.PathOf("data/spaces/captions.pickle"),
        };
        using (OfficialImport import = Read(files))
        {
            Assert.Equal(TokenizerMode.Spaces, import.Config.Data.Tokenizer);
            Assert.Null(import.DescribeLostWords());
            import.WritePackage(_folder.File("model.onnx"), new ModelCard(), half: false);
        }

        using var pipeline = TextToImagePipeline.Load(_folder.File("model.onnx"));
        Assert.Equal(["圆形", "的", "红色", "大号瓷砖"], pipeline.Captions.Encode("圆形 的 红色 大号瓷砖").Words);

        using var named = OfficialImport.Read(files, new AttnGanConfig(), ["data.tokenizer=unicode"]);
        Assert.Equal(
            $"`data.tokenizer`, which is unicode, never produces 8 of the 9 words of the vocabulary of `{files.Vocabulary}` (89 %): " +
            "圆形, 方形, 红色, 蓝色, 大号瓷砖, 小号瓷砖, t形, a4纸. They are 100 % of the words of its captions. Set `data.tokenizer` to spaces.",
            named.DescribeLostWords());
    }

    [Fact]
    public void A_generator_one_level_down_is_found_and_named()
    {
        using OfficialImport import = Read(Weights("whole.pth"));

        Assert.Equal([$"`netG` of `{ReferenceValues.PathOf("data/weights/whole.pth")}`"], import.Parts);
        Assert.Equal(2, import.Config.Generator.Stages);
    }

    [Theory]
    [InlineData("netG.module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.netG.")]
    [InlineData("state_dict.netG.")]
    public void Prefixes_of_any_name_are_found(string prefix)
    {
        using var reference = new ReferenceValues("generator");
        WriteState(reference, "nested.pth", "state.", prefix);

        using OfficialImport import = Read(Files() with { Generator = _folder.File("nested.pth") });

        Assert.Equal([$"`{prefix.TrimEnd('.')}` of `{_folder.File("nested.pth")}`"], import.Parts);
    }

    [Fact]
    public void Weights_of_AttnGAN_plus_plus_are_imported()
    {
        using var reference = new ReferenceValues("generator");
        WriteState(reference, "official.pth", "state.");
        PyTorchFileWriter.Write(
            _folder.File("plus.pth"),
            from name in reference.Names.Where(name => name.StartsWith("state.", StringComparison.Ordinal))
            let plusName = name["state.".Length..].Replace(".att.", ".spatial_attn.", StringComparison.Ordinal)
            select KeyValuePair.Create($"module.{plusName}", reference[name]));
        var config = new DiscriminatorConfig { Width = 4, SpectralNorm = true, SpectralNormLogits = false };
        using (var discriminator = new Discriminator(128, config, embedding: 16))
        {
            PyTorchFileWriter.Write(_folder.File("d128.pth"), PlusState(ModuleState.Collect(discriminator)));
        }

        using OfficialImport official = Read(Files() with { Generator = _folder.File("official.pth") });
        using OfficialImport plus = Read(Files() with
        {
            Generator = _folder.File("plus.pth"),
            Discriminators = [_folder.File("d128.pth")],
        });

        Assert.Equal(config, plus.Config.Discriminator);
        Assert.Equal([64, 256], plus.NewDiscriminators);
        Assert.Equal(Generated(official), Generated(plus));

        // The convolutions of the body have spectral normalization; the last one of each head has not.
        static IEnumerable<KeyValuePair<string, Tensor>> PlusState(IReadOnlyDictionary<string, Tensor> state)
        {
            foreach ((string name, Tensor tensor) in state)
            {
                string layer = name[..name.LastIndexOf('.')];
                if (!state.ContainsKey($"{layer}.weight_u"))
                {
                    yield return KeyValuePair.Create(name, tensor);
                    continue;
                }

                string part = name[(layer.Length + 1)..];
                yield return KeyValuePair.Create($"{layer}.module.{(part == "weight" ? "weight_bar" : part)}", tensor);
                if (part == "weight")
                {
                    yield return KeyValuePair.Create($"{layer}.module.weight_v", zeros(tensor[0].numel()));
                }
            }
        }

        byte[] Generated(OfficialImport import)
        {
            string path = _folder.File("generated.onnx");
            import.WritePackage(path, new ModelCard(), half: false);
            using var pipeline = TextToImagePipeline.Load(path);
            var options = new GenerationOptions { Seed = 1 };
            return pipeline.Generate("word3 word17", options, TestContext.Current.CancellationToken).Image.Pixels;
        }
    }

    [Fact]
    public void Of_several_generators_one_is_chosen()
    {
        using var reference = new ReferenceValues("generator");
        WriteState(reference, "two.pth", "state.", "g.", "g_ema.");

        CheckpointException error = Assert.Throws<CheckpointException>(
            () => Read(Files() with { Generator = _folder.File("two.pth") }));
        Assert.Equal(
            $"`{_folder.File("two.pth")}` has 2 dictionaries with the weights of a generator: `g`, `g_ema`. Choose one: " +
            $"`{_folder.File("two.pth")}#g_ema`",
            error.Message);
        using OfficialImport import = Read(Files() with { Generator = $"{_folder.File("two.pth")}#g_ema" });
        Assert.Equal([$"`g_ema` of `{_folder.File("two.pth")}`"], import.Parts);
    }

    [Fact]
    public void Weights_that_were_all_cast_to_half_are_read()
    {
        using OfficialImport import = Read(Weights("half.pth"));
        Assert.Equal(2, import.Config.Generator.Stages);
    }

    [Theory]
    [InlineData("page.pth", " is a web page, not the file: download it again in a browser")]
    [InlineData("pointer.pickle", " is a Git LFS pointer to a file of 50 MB, not the file: fetch it with `git lfs pull`")]
    [InlineData(
        "module.pth",
        " is a module saved whole (torch.nn.parallel.data_parallel.DataParallel), not its weights; no code was run. With the code of its " +
        "classes, save the weights in Python: `torch.save(model.state_dict(), path)`")]
    public void What_is_in_place_of_weights_is_named(string file, string message) => Assert.Equal(
        $"`{ReferenceValues.PathOf($"data/weights/{file}")}`{message}",
        Assert.Throws<CheckpointException>(() => Read(Weights(file))).Message);

    [Fact]
    public void The_imported_generator_has_the_same_images_as_the_official_one()
    {
        using var reference = new ReferenceValues("generator");
        WriteState(reference, "generator.pth", "state.", "module.");
        using (OfficialImport import = Read(Files() with { Generator = _folder.File("generator.pth") }))
        {
            import.WriteModel(_folder.File("model.safetensors"), new ModelCard(), half: false);
        }

        var model = ModelFile.Open(_folder.File("model.safetensors"));
        using var generator = new AttentionalGenerator(model.Config.Generator, model.Config.TextEncoder.Embedding, model.Config.Compat);
        ModuleState.Load(generator, model.LoadGenerator(), model.Path);
        generator.eval();
        GeneratorOutput output = generator.forward(new GeneratorInput(
            new TextFeatures(reference["in.words_emb"], reference["in.sent_emb"], reference["in.mask"]),
            reference["in.noise"],
            reference["in.ca_eps"]));

        reference.AssertClose("out.eval.correct_mask.img64", output.Images[0]);
        reference.AssertClose("out.eval.correct_mask.img256.s8", ReferenceValues.Every(8, output.Images[2]));
        reference.AssertStatistics("out.eval.correct_mask.img256.stats", output.Images[2]);
    }

    [Theory]
    [InlineData("generator_dcgan_r0", 0)]
    [InlineData("generator_dcgan_r2", 2)]
    public void Other_architectures_are_inferred_from_the_weights(string name, int residualBlocks)
    {
        using var generator = new ReferenceValues(name);
        using var text = new ReferenceValues("text_encoder_gru");
        WriteState(generator, "generator.pth", "state.");
        WriteState(text, "text.pth", "state.");

        using OfficialImport import =
            Read(Files() with { TextEncoder = _folder.File("text.pth"), Generator = _folder.File("generator.pth") });

        Assert.Equal(RnnKind.Gru, import.Config.TextEncoder.Rnn);
        Assert.Equal(GeneratorArchitecture.AttnDcgan, import.Config.Generator.Architecture);
        Assert.Equal(residualBlocks, import.Config.Generator.ResidualBlocks);
        Assert.Equal([256], import.Config.Generator.ImageSizes);
    }

    [Fact]
    public void The_official_defects_are_enabled_on_request()
    {
        using var import = OfficialImport.Read(Files(), new AttnGanConfig(), ["compat=official", "data.max_words=12"]);

        Assert.Equal(CompatibilityConfig.Official, import.Config.Compat);
        Assert.Equal(12, import.Config.Data.MaxWords);
    }

    [Fact]
    public void The_vocabulary_is_read_from_the_official_pickle()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(
            () => Read(Files() with { Vocabulary = ReferenceValues.PathOf("pickles/captions_py2_p2.pickle") }));

        Assert.Contains("has 10 words, but `encoder.weight`", error.Message);
        Assert.Contains("has 40", error.Message);
    }

    [Fact]
    public void A_vocabulary_that_is_not_an_array_is_rejected()
    {
        File.WriteAllText(_folder.File("words.json"), "{}");

        AttnGanException error = Assert.Throws<AttnGanException>(() => Read(Files()));
        Assert.Contains("words.json` cannot be read as a JSON array of words", error.Message);
    }

    [Fact]
    public void Missing_unexpected_and_misshapen_tensors_are_reported_together()
    {
        var generator = PyTorchFile.Load(Files().Generator!).ToDictionary();
        generator.Remove("h_net3.residual.1.block.4.bias");
        generator["h_net1.fc.1.bias"] = zeros(7);
        generator["extra.weight"] = zeros(2, 3);
        PyTorchFileWriter.Write(_folder.File("generator.pth"), generator);
        var text = PyTorchFile.Load(Files().TextEncoder).ToDictionary();
        text["rnn.weight_ih_l1"] = zeros(32, 16);
        PyTorchFileWriter.Write(_folder.File("text.pth"), text);

        CheckpointException error = Assert.Throws<CheckpointException>(
            () => Read(Files() with { TextEncoder = _folder.File("text.pth"), Generator = _folder.File("generator.pth") }));

        Assert.Contains("`h_net3.residual.1.block.4.bias` (8) is missing", error.Message);
        Assert.Contains("`h_net1.fc.1.bias` has shape (7), expected (2048)", error.Message);
        Assert.Contains("`extra.weight` (2, 3) is not part of the model", error.Message);
        Assert.Contains("`rnn.weight_ih_l1` (32, 16) is not part of the model", error.Message);
        Assert.Contains(_folder.File("text.pth"), error.Message);
        Assert.Contains(_folder.File("generator.pth"), error.Message);
    }

    [Fact]
    public void Swapped_files_are_reported()
    {
        CheckpointException error = Assert.Throws<CheckpointException>(
            () => Read(Files() with { TextEncoder = Files().Generator!, Generator = Files().TextEncoder }));

        Assert.Contains("is not an official text encoder: it has no `encoder.weight`", error.Message);
        Assert.Contains("`ca_net.fc.weight`", error.Message);
    }

    [Fact]
    public void Embeddings_and_image_sizes_must_agree()
    {
        using var discriminators = new ReferenceValues("discriminators");
        WriteState(discriminators, "d128.pth", "state.D128.");
        using (var narrow = new TextEncoder(new TextEncoderConfig { WordEmbedding = 20, Embedding = 12 }, 40))
        {
            PyTorchFileWriter.Write(_folder.File("text.pth"), ModuleState.Collect(narrow));
        }

        CheckpointException error = Assert.Throws<CheckpointException>(() => Read(Files() with
        {
            TextEncoder = _folder.File("text.pth"),
            Discriminators = [_folder.File("d128.pth"), _folder.File("d128.pth")],
        }));

        Assert.Contains("`ca_net.fc.weight`", error.Message);
        Assert.Contains("expects features of width 16", error.Message);
        Assert.Contains("have 12", error.Message);
        Assert.Contains("are both for images of 128 pixels", error.Message);
    }

    [Fact]
    public void Settings_cannot_contradict_the_weights() =>
        Assert.Contains("contradicts the weights", Assert.Throws<CheckpointException>(
            () => OfficialImport.Read(Files(), new AttnGanConfig(), ["generator.width=8"])).Message);

    [Fact]
    public void A_run_of_official_files_continues_training()
    {
        using var reference = new ReferenceValues("discriminators");
        foreach (int size in new[] { 64, 256 })
        {
            WriteState(reference, $"d{size}.pth", $"state.D{size}.");
        }

        using (var image = new ImageEncoder(new ImageEncoderConfig(), embedding: 16))
        {
            PyTorchFileWriter.Write(_folder.File("image.pth"), ModuleState.Collect(image));
        }

        string run = _folder.File("run");
        using (var import = OfficialImport.Read(
            Files() with
            {
                ImageEncoder = _folder.File("image.pth"),
                Discriminators = [_folder.File("d256.pth"), _folder.File("d64.pth")],
            },
            new AttnGanConfig(),
            [
                "gan.batch_size=2",
                "gan.epochs=1",
                "damsm.batch_size=2",
                "data.validation_fraction=0",
                "logging.samples=1",
                "logging.tensor_board=false",
            ]))
        {
            Assert.Equal([128], import.NewDiscriminators);
            Assert.Equal(new DiscriminatorConfig { Width = 4 }, import.Config.Discriminator);
            Assert.True(import.Config.ImageEncoder.AlignCorners);
            import.WriteRun(run);
        }

        string data = WriteDataset();
        AttnGanConfig config = ConfigReader.Read(Path.Combine(run, "config.yml"));
        using (var session = new TrainingSession(data, config, run, CPU))
        {
            Assert.Equal(Words, session.Vocabulary.Words);
            Assert.True(session.IsDamsmComplete);
            Assert.True(session.TrainGan(start: null, new ResumeFrom(null), new Progress(), TestContext.Current.CancellationToken));
        }

        AttnGanConfig longer = config with { Damsm = config.Damsm with { Epochs = config.Damsm.Epochs + 1 } };
        using (var session = new TrainingSession(data, longer, run, CPU))
        {
            Assert.True(session.TrainDamsm(new ResumeFrom(null), new Progress(), TestContext.Current.CancellationToken));
        }

        Assert.Equal(1, Checkpoint.Open(RunDirectory.NewestCheckpoint(run, "damsm")!, "damsm").Step);

        var trained = Checkpoint.Open(RunDirectory.NewestCheckpoint(run, "gan")!, "gan");
        Assert.Equal(1, trained.Step);
        Tensor before = PyTorchFile.Load(Files().Generator!)["ca_net.fc.weight"];
        Tensor after = trained.LoadTensors("generator.")["ca_net.fc.weight"];
        double change = (after - before).abs().max().ReadScalar();

        // Adam's first step changes no weight by more than the learning rate.
        Assert.InRange(change, 1e-6, 2.1e-4);
    }

    [Fact]
    public void PyTorch_exports_can_be_imported()
    {
        using (OfficialImport import = Read(Files()))
        {
            import.WriteModel(_folder.File("model.safetensors"), new ModelCard(), half: false);
        }

        Directory.CreateDirectory(_folder.File("pth"));
        PyTorchExport.Write(_folder.File("model.safetensors"), _folder.File("pth"));
        using OfficialImport again = Read(new OfficialWeightFiles
        {
            TextEncoder = Path.Combine(_folder.File("pth"), PyTorchExport.TextEncoderName),
            Generator = Path.Combine(_folder.File("pth"), PyTorchExport.GeneratorName),
            Vocabulary = Path.Combine(_folder.File("pth"), PyTorchExport.VocabularyName),
        });
        again.WriteModel(_folder.File("again.safetensors"), new ModelCard(), half: false);

        Assert.Equal(File.ReadAllBytes(_folder.File("model.safetensors")), File.ReadAllBytes(_folder.File("again.safetensors")));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static OfficialImport Read(OfficialWeightFiles files) => OfficialImport.Read(files, new AttnGanConfig(), []);

    private OfficialWeightFiles Files() => new()
    {
        TextEncoder = ReferenceValues.PathOf("torch_files/text_encoder_legacy.pth"),
        Generator = ReferenceValues.PathOf("torch_files/netG_legacy.pth"),
        Vocabulary = _folder.File("words.json"),
    };

    private static OfficialWeightFiles Weights(string generator) => new()
    {
        TextEncoder = ReferenceValues.PathOf("data/weights/text_encoder.pth"),
        Generator = ReferenceValues.PathOf($"data/weights/{generator}"),
        Vocabulary = ReferenceValues.PathOf("data/weights/captions.pickle"),
    };

    private void WriteState(ReferenceValues reference, string file, string prefix, params string[] newPrefixes) => PyTorchFileWriter.Write(
        _folder.File(file),
        from newPrefix in newPrefixes.DefaultIfEmpty("")
        from name in reference.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        select KeyValuePair.Create(newPrefix + name[prefix.Length..], reference[name]));

    private string WriteDataset()
    {
        string data = _folder.File("data");
        Directory.CreateDirectory(data);
        List<string> lines = [];
        for (int i = 0; i < 2; i++)
        {
            var image = new RgbImage(32, 32);
            image.Pixels.AsSpan().Fill((byte)(80 * i + 40));
            image.Save(Path.Combine(data, $"{i}.png"));
            lines.Add(JsonSerializer.Serialize(new { file_name = $"{i}.png", captions = new[] { $"word{i + 1} word{i + 7} word3" } }));
        }

        File.WriteAllLines(Path.Combine(data, "metadata.jsonl"), lines);
        return data;
    }

    private sealed class Progress : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
