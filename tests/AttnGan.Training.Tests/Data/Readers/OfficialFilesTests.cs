using System.Text;
using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;
using CsCheck;

namespace AttnGan.Training.Tests.Data.Readers;

public sealed class OfficialFilesTests : IDisposable
{
    private static readonly JsonElement s_expected =
        JsonDocument.Parse(File.ReadAllBytes(ReferenceValues.PathOf("pickles/expected.json"))).RootElement;

    private readonly TemporaryDataset _folder = new();
    private readonly DatasetFolder _dataset;

    public OfficialFilesTests() => _dataset = new DatasetFolder(_folder.Root);

    private OfficialFiles Files => new(_dataset, new CaptionTokenizer(TokenizerMode.Official));

    private IReadOnlyList<DatasetProblem> Problems => _dataset.Problems;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("filenames_p0.pickle", 0)]
    [InlineData("filenames_p2.pickle", 0)]
    [InlineData("filenames_p0_crlf.pickle", 1)]
    [InlineData("filenames_py2_p0_crlf.pickle", 1)]
    public void Names_are_read_from_every_protocol_and_after_a_copy_in_text_mode(string fixture, int warnings)
    {
        Copy(fixture, "train/filenames.pickle");
        string[] expected = [.. s_expected.GetProperty("filenames").EnumerateArray().Select(name => name.GetString()!.Replace('\\', '/'))];
        Assert.Equal(expected, Files.ReadSplit("train")!.Select(entry => entry.Name));
        Assert.Equal(warnings, Problems.Count);
        Assert.All(Problems, problem => Assert.Equal(ProblemSeverity.Warning, problem.Severity));
    }

    [Theory]
    [InlineData("class_info_p0.pickle")]
    [InlineData("class_info_np_p4.pickle")]
    [InlineData("class_info_np_py2_p0_crlf.pickle")]
    public void Classes_may_be_numpy_scalars(string fixture)
    {
        string[] expected = [.. s_expected.GetProperty("class_info").EnumerateArray().Select(number => number.GetRawText())];
        _folder.Pickle("test/filenames.pickle", expected.Select((_, i) => $"image{i}"));
        Copy(fixture, "test/class_info.pickle");
        Assert.Equal(expected, Files.ReadSplit("test")!.Select(entry => entry.Class));
    }

    [Fact]
    public void A_pickle_that_would_run_code_is_rejected()
    {
        Copy("malicious.pickle", "train/filenames.pickle");
        Assert.Empty(Files.ReadSplit("train")!);
        DatasetProblem problem = Assert.Single(Problems);
        Assert.Equal(("train/filenames.pickle", ProblemSeverity.Error), (problem.File, problem.Severity));
    }

    [Fact]
    public void Entries_that_are_not_names_are_reported_with_their_position()
    {
        _folder.Pickle("train/filenames.pickle", "a", 5, "../b", "a");
        Assert.Equal(["a"], Files.ReadSplit("train")!.Select(entry => entry.Name));
        Assert.Equal(3, Problems.Count);
        Assert.Contains("entry 2", Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("entry 3", Problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("twice", Problems[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pickle_is_not_a_problem() => Assert.True(Files.ReadSplit("train") is null && Problems.Count == 0);

    [Fact]
    public void Any_bytes_are_read_as_captions_with_words_or_reported_and_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var dataset = new DatasetFolder(_folder.Root);
            var tokenizer = new CaptionTokenizer(TokenizerMode.Unicode);
            Directory.CreateDirectory(_folder.PathOf("text"));
            File.WriteAllBytes(_folder.PathOf("text/x.txt"), bytes);
            IReadOnlyList<string> captions = new OfficialFiles(dataset, tokenizer).ReadCaptions("text/x.txt");
            return captions.All(caption => tokenizer.Tokenize(caption).Count > 0 && !caption.Contains('\uFFFD'))
                && captions.Count > 0 != dataset.Problems.Any(problem => problem.Severity == ProblemSeverity.Error);
        }, threads: 1, iter: 300);

    [Fact]
    public void All_line_ends_and_a_byte_order_mark_are_read()
    {
        File.WriteAllBytes(_folder.PathOf("x.txt"), [.. Encoding.UTF8.GetPreamble(), .. "one\r\ntwo\nthree\rfour"u8]);
        Assert.Equal(["one", "two", "three", "four"], Files.ReadCaptions("x.txt"));
        Assert.Empty(Problems);
    }

    private void Copy(string fixture, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(file))!);
        File.Copy(ReferenceValues.PathOf($"pickles/{fixture}"), _folder.PathOf(file));
    }
}
