using System.Text.Json;
using System.Text.Json.Nodes;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using AttnGan.Text;
using CsCheck;
using Google.Protobuf;

namespace AttnGan.Tests.Models;

public sealed class ModelPackageTests
{
    private static readonly ModelArchitecture s_architecture = new()
    {
        Rnn = RnnKind.Gru,
        WordEmbedding = 10,
        Embedding = 12,
        Noise = 6,
        Condition = 5,
        BaseSize = 16,
        Stages = 2,
        Width = 8,
        ResidualBlocks = 1,
        ImageAtEveryStage = false,
    };

    [Fact]
    public void A_written_package_can_be_read()
    {
        ModelPackage written = Create();

        ModelPackage read = Parse(Bytes(written));

        Assert.Equal(s_architecture, read.Architecture);
        Assert.Equal([Vocabulary.End, "red", "größe"], read.Vocabulary.Words);
        Assert.Equal((TokenizerMode.Official, 9), (read.Captions.Tokenizer.Mode, read.Captions.MaxWords));
        Assert.Equal(written.Card, read.Card);
        Assert.Equal(written.Model, read.Model);
    }

    [Fact]
    public void Metadata_of_any_values_are_read_as_they_were_written() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 3], Gen.Bool, Gen.String.Null(), Gen.Long[0, long.MaxValue]).Sample(
            (number, stages, flag, text, steps) =>
            {
                ModelArchitecture architecture = s_architecture with
                {
                    Rnn = flag ? RnnKind.Lstm : RnnKind.Gru,
                    WordEmbedding = number,
                    Embedding = 2 * number,
                    Noise = number + 1,
                    Condition = number + 2,
                    BaseSize = 16 << (stages - 1),
                    Stages = stages,
                    Width = number + 3,
                    ResidualBlocks = number + 4,
                    ImageAtEveryStage = flag,
                };
                var card = new ModelCard { Name = text, Description = $"{text} \"d\"", License = text, Steps = steps };
                var tokenizer = new TokenizerSettings
                {
                    Mode = (TokenizerMode)(number % Enum.GetValues<TokenizerMode>().Length),
                    MaxWords = number,
                };
                var words = new Vocabulary([Vocabulary.End, "größe", "\"\\\u2028"]);

                var model = new ModelProto { Graph = new GraphProto() };
                ModelPackage read = Parse(Bytes(ModelPackage.Create(model, architecture, tokenizer, words, card)));

                return read.Architecture == architecture && read.Card == card && read.Captions.Tokenizer.Mode == tokenizer.Mode
                    && read.Captions.MaxWords == number && read.Vocabulary.Words.SequenceEqual(words.Words);
            });

    [Theory]
    [InlineData("attngan.card", """{"name":5}""", "`name` is not a text")]
    [InlineData("attngan.card", """{"steps":"5"}""", "`steps` is not an integer")]
    [InlineData("attngan.card", "[]", "It is not an object")]
    [InlineData("attngan.card", """{"name":"\ud800"}""", "`name` is not Unicode text")]
    [InlineData("attngan.tokenizer", """{"mode":"Unicode"}""", "`maxWords` is missing")]
    [InlineData("attngan.tokenizer", """{"mode":"Words","maxWords":3}""", "\"Words\" is none of Unicode, Official, ")]
    [InlineData("attngan.tokenizer", """{"mode":"Unicode","maxWords":3.5}""", "`maxWords` is not an integer")]
    [InlineData("attngan.vocabulary", "{}", "It is not an array")]
    [InlineData("attngan.vocabulary", "[5]", "A word is not a text")]
    [InlineData("attngan.readings", "[]", "It is not an object")]
    [InlineData("attngan.readings", """{"\ud800":"crimson"}""", "Cannot read incomplete UTF-16 JSON text")]
    [InlineData("attngan.readings", """{"red":["crimson"]}""", "`red` is not a text")]
    [InlineData("attngan.readings", """{"red":"crimson crimson"}""", "\"crimson\" is read as both \"red\" and \"red\"")]
    public void Metadata_of_other_types_are_named(string key, string value, string problem) =>
        Assert.Contains($"`{key}` of its metadata cannot be read: {problem}", Error(With(key, value)), StringComparison.Ordinal);

    [Fact]
    public void A_package_has_readings_and_the_license_of_their_source()
    {
        var readings = new Dictionary<string, string> { ["scarlet"] = "red", ["huge"] = "größe", ["crimson"] = "red" };
        ModelPackage written = Create().WithReadings(readings, "free").WithReadings(readings, "free");

        ModelPackage read = Parse(Bytes(written));

        Assert.Equal(3, read.Captions.Readings.Count);
        Assert.Equal([new WordReading("crimson", "red")], read.Captions.Encode("crimson").Readings);
        Assert.Equal(
            [("attngan.readings", """{"gr\u00F6\u00DFe":"huge","red":"crimson scarlet"}"""), ("attngan.readings.license", "free")],
            read.Model.MetadataProps.Skip(5).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(Create().Model.Graph, read.Model.Graph);
        Assert.Empty(Create().Captions.Encode("crimson").Readings);
        Assert.Equal(0, Parse(Bytes(Create())).Captions.Readings.Count);
    }

    [Fact]
    public void Readings_must_be_of_unknown_words_as_known_ones() => Assert.Contains(
        "`given.onnx` is not a valid model package: \"pink\" is read as \"rose\", which is not in the vocabulary.",
        Error(With("attngan.readings", """{"rose":"pink"}""")),
        StringComparison.Ordinal);

    [Fact]
    public void A_card_is_replaced_and_the_readings_are_kept()
    {
        ModelPackage written = Create().WithReadings(new Dictionary<string, string> { ["crimson"] = "red" }, "free");
        ModelCard card = written.Card with { License = "CC0-1.0" };

        ModelPackage read = Parse(Bytes(written.WithCard(card)));

        Assert.Equal(card, read.Card);
        Assert.Equal(1, read.Captions.Readings.Count);
        Assert.Equal(written.Card, Parse(Bytes(written)).Card);
    }

    [Fact]
    public void Metadata_is_read_without_the_graph()
    {
        string folder = Directory.CreateTempSubdirectory("attngan-test-").FullName;
        string path = Path.Combine(folder, "model.onnx");
        ModelPackage written = Create();
        written.Save(path);

        var info = ModelInfo.Read(path);

        Assert.Equal(written.Card, info.Card);
        Assert.Equal([Vocabulary.End, "red", "größe"], info.Captions.Vocabulary.Words);
        Assert.Equal((TokenizerMode.Official, 9), (info.Captions.Tokenizer.Mode, info.Captions.MaxWords));
        Assert.Equal([32], info.StageSizes);
        File.WriteAllBytes(path, Bytes(written)[..^40]);
        Assert.Contains(path, Assert.Throws<AttnGanException>(() => ModelInfo.Read(path)).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Saving_replaces_an_existing_file()
    {
        string folder = Directory.CreateTempSubdirectory("attngan-test-").FullName;
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllText(path, "another");

        Create().Save(path);

        Assert.Equal("n", ModelPackage.Open(path).Card.Name);
        Assert.Equal([path], Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Metadata_has_the_documented_format() => Assert.Equal(
        [
            ("attngan.format", "1"),
            (
                "attngan.architecture",
                """{"rnn":"Gru","wordEmbedding":10,"embedding":12,"noise":6,"condition":5,"baseSize":16,"stages":2,"width":""" +
                """8,"residualBlocks":1,"pictureAtEveryStage":false}"""),
            ("attngan.tokenizer", """{"mode":"Official","maxWords":9}"""),
            ("attngan.vocabulary", """["\u003Cend\u003E","red","gr\u00F6\u00DFe"]"""),
            ("attngan.card", """{"name":"n","license":"l","steps":7}"""),
        ],
        Create().Model.MetadataProps.Select(entry => (entry.Key, entry.Value)));

    [Fact]
    public void The_styles_follow_the_noise_in_the_architecture() => Assert.StartsWith(
        """{"rnn":"Gru","wordEmbedding":10,"embedding":12,"noise":6,"styles":["ink","wool"],"condition":5,""",
        JsonSerializer.Serialize(s_architecture with { Styles = ["ink", "wool"] }, PackageMetadata.Default.ModelArchitecture));

    [Fact]
    public void A_file_truncated_anywhere_gives_a_clear_error()
    {
        byte[] whole = Bytes(Create());
        for (int length = 0; length < whole.Length; length++)
        {
            string message = Error(whole[..length]);

            Assert.StartsWith("`given.onnx` is ", message, StringComparison.Ordinal);
            Assert.Contains("`attngan export", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_ONNX_model_is_rejected()
    {
        ModelProto foreign = Create().Model;
        foreign.MetadataProps.Clear();

        Assert.StartsWith(
            "`given.onnx` is an ONNX model, but not an AttnGAN model package (its metadata has no `attngan.format`)",
            Error(foreign.ToByteArray()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_without_a_graph_is_rejected()
    {
        ModelProto model = Create().Model;
        model.Graph = null;

        Assert.Contains("is not a valid model package: it has no graph", Error(model.ToByteArray()));
    }

    [Fact]
    public void A_newer_format_is_rejected()
    {
        Assert.Equal(
            "`given.onnx` is a model package of format 2; this version of AttnGan reads formats up to 1. Update AttnGan, or export the " +
            "model again with this version.",
            Error(With("attngan.format", "2")));
    }

    [Theory]
    [InlineData("attngan.architecture")]
    [InlineData("attngan.tokenizer")]
    [InlineData("attngan.vocabulary")]
    [InlineData("attngan.card")]
    public void Missing_and_unreadable_metadata_is_named(string key)
    {
        Assert.Equal(
            $"`given.onnx` is not a valid model package: its metadata has no `{key}`. Export the model again with `attngan export`.",
            Error(With(key, null)));
        Assert.Contains($"its metadata has no `{key}`", Error(With(key, "null")), StringComparison.Ordinal);
        Assert.Contains($"`{key}` of its metadata cannot be read", Error(With(key, "[{")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attngan.format", "0", "`attngan.format` is '0'")]
    [InlineData("attngan.format", "one", "`attngan.format` is 'one'")]
    [InlineData("attngan.architecture", """{"rnn":"Gru"}""", "`attngan.architecture` of its metadata cannot be read")]
    [InlineData("attngan.tokenizer", """{"mode":"Official","maxWords":0}""", "out of range")]
    [InlineData("attngan.vocabulary", """["red"]""", "its first word must be '<end>'")]
    [InlineData("attngan.vocabulary", """["<end>",null]""", "Word 1 of the vocabulary is empty")]
    [InlineData("attngan.vocabulary", """["<end>","red","red"]""", "'red' twice")]
    public void Invalid_metadata_is_named(string key, string value, string problem)
    {
        string message = Error(With(key, value));

        Assert.StartsWith("`given.onnx` is not a valid model package: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embedding", 13)]
    [InlineData("embedding", 0)]
    [InlineData("stages", 5)]
    [InlineData("baseSize", 48)]
    [InlineData("width", 1 << 20)]
    [InlineData("residualBlocks", -1)]
    public void An_architecture_out_of_range_is_rejected(string size, int value)
    {
        JsonNode architecture = JsonNode.Parse(Create().Model.MetadataProps.Single(entry => entry.Key == "attngan.architecture").Value)!;
        architecture[size] = value;

        string message = Error(With("attngan.architecture", architecture.ToJsonString()));
        Assert.Contains("its architecture is out of range", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_and_skip_excitation_are_written_unless_they_are_those_of_the_paper()
    {
        ModelArchitecture other = s_architecture with { Attention = AttentionKind.Cosine, SkipExcitation = true };
        string written = JsonSerializer.Serialize(other, PackageMetadata.Default.ModelArchitecture);

        Assert.Contains("""
            "residualBlocks":1,"attention":"Cosine","skipExcitation":true,
            """, written);
        Assert.Equal(other, Parse(With("attngan.architecture", written)).Architecture);
        Assert.Equal(s_architecture, Parse(Bytes(Create())).Architecture);
    }

    [Theory]
    [InlineData("attention", "\"none\"", "\"none\" is none of DotProduct, Cosine")]
    [InlineData("attention", "3", "A name is not a text")]
    [InlineData("skipExcitation", "1", "`skipExcitation` is not true or false")]
    [InlineData("skipExcitation", "null", "`skipExcitation` is not true or false")]
    [InlineData("pictureAtEveryStage", "\"yes\"", "`pictureAtEveryStage` is not true or false")]
    public void Invalid_choices_are_named(string member, string value, string problem)
    {
        JsonNode architecture = JsonNode.Parse(Create().Model.MetadataProps.Single(entry => entry.Key == "attngan.architecture").Value)!;
        architecture[member] = JsonNode.Parse(value);

        Assert.Equal(
            $"`given.onnx` is not a valid model package: `attngan.architecture` of its metadata cannot be read: {problem}. Export the " +
            "model again with `attngan export`.",
            Error(With("attngan.architecture", architecture.ToJsonString())));
    }

    [Fact]
    public void Styles_are_read_without_the_graph()
    {
        Assert.Equal(["ink", "größe"], Parse(WithStyles("""["ink","größe"]""")).Architecture.Styles);
        Assert.Equal(8, Parse(WithStyles("""["ink","größe"]""")).Architecture.NoiseInput);
        Assert.Equal(6, Parse(WithStyles("[]")).Architecture.NoiseInput);
        Assert.Null(Parse(Bytes(Create())).Architecture.Styles);

        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, WithStyles("""["ink","wool"]"""));
        Assert.Equal(["ink", "wool"], ModelInfo.Read(path).Styles);
        File.WriteAllBytes(path, Bytes(Create()));
        Assert.Empty(ModelInfo.Read(path).Styles);
        File.Delete(path);
    }

    [Theory]
    [InlineData("{}", "`attngan.architecture` of its metadata cannot be read: `styles` is not an array")]
    [InlineData("[5]", "`attngan.architecture` of its metadata cannot be read: A style is not a text")]
    [InlineData("[null]", "one of its styles has a blank name")]
    [InlineData("[\"ink\",\" \"]", "one of its styles has a blank name")]
    [InlineData("[\"ink\",\"wool\",\"ink\"]", "it has the style 'ink' twice")]
    public void Invalid_styles_are_named(string styles, string problem) => Assert.Equal(
        $"`given.onnx` is not a valid model package: {problem}. Export the model again with `attngan export`.",
        Error(WithStyles(styles)));

    [Fact]
    public void There_are_at_most_a_thousand_styles()
    {
        Assert.Equal(1000, Parse(WithStyles(Names(1000))).Architecture.Styles!.Count);
        Assert.Contains("it has 1001 styles, expected at most 1000", Error(WithStyles(Names(1001))));

        static string Names(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\""))}]";
    }

    [Fact]
    public void Unknown_metadata_is_ignored()
    {
        Assert.Equal(9, Parse(With("attngan.tokenizer", """{"mode":"Official","maxWords":9,"later":true}""")).Captions.MaxWords);
        Assert.Equal(9, Parse(With("somebody.else", "{")).Captions.MaxWords);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.StartsWith(
            "The model `missing.onnx` cannot be read: ",
            Assert.Throws<AttnGanException>(() => ModelPackage.Open("missing.onnx")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Random_bytes_give_a_clear_error() => Gen.Byte.Array[0, 200].Sample(bytes => Assert.Contains("`given.onnx`", Error(bytes)));

    [Fact]
    public void A_damaged_file_gives_a_clear_error_or_a_valid_package()
    {
        byte[] whole = Bytes(Create());
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            byte[] damaged = [.. whole];
            foreach ((int at, byte value) in changes)
            {
                damaged[at] = value;
            }

            try
            {
                Assert.NotEmpty(Parse(damaged).Vocabulary.Words);
            }
            catch (AttnGanException error)
            {
                Assert.Contains("`given.onnx`", error.Message, StringComparison.Ordinal);
            }
        });
    }

    private static ModelPackage Create()
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new GraphProto
            {
                Name = "g",
                Node = { new NodeProto { OpType = "Identity", Input = { "x" }, Output = { "y" } } },
                Initializer =
                {
                    new TensorProto
                    {
                        Name = "x",
                        Dims = { 3 },
                        DataType = TensorProto.Types.DataType.Float,
                        RawData = ByteString.CopyFrom(new byte[12]),
                    },
                },
            },
        };
        return ModelPackage.Create(
            model,
            s_architecture,
            new TokenizerSettings { Mode = TokenizerMode.Official, MaxWords = 9 },
            new Vocabulary([Vocabulary.End, "red", "größe"]),
            new ModelCard { Name = "n", License = "l", Steps = 7 });
    }

    /// <summary>Returns a package with a changed or removed metadata entry.</summary>
    private static byte[] With(string key, string? value)
    {
        ModelProto model = Create().Model;
        StringStringEntryProto? entry = model.MetadataProps.FirstOrDefault(entry => entry.Key == key);
        if (entry is not null)
        {
            model.MetadataProps.Remove(entry);
        }

        if (value is not null)
        {
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        return model.ToByteArray();
    }

    private static byte[] WithStyles(string styles)
    {
        JsonNode architecture = JsonNode.Parse(Create().Model.MetadataProps.Single(entry => entry.Key == "attngan.architecture").Value)!;
        architecture["styles"] = JsonNode.Parse(styles);
        return With("attngan.architecture", architecture.ToJsonString());
    }

    private static byte[] Bytes(ModelPackage package) => package.Model.ToByteArray();

    private static ModelPackage Parse(byte[] bytes) => ModelPackage.Parse(new MemoryStream(bytes), "given.onnx");

    private static string Error(byte[] bytes) => Assert.Throws<AttnGanException>(() => Parse(bytes)).Message;
}
