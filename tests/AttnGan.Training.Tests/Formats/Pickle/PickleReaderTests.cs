using System.Numerics;
using System.Text;
using System.Text.Json;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Pickle;

namespace AttnGan.Training.Tests.Formats.Pickle;

public sealed class PickleReaderTests
{
    public static TheoryData<string> DataFiles =>
    [
        .. Directory.GetFiles(ReferenceValues.PathOf("pickles"), "*.pickle")
            .Select(path => Path.GetFileName(path))
            .Where(name => name != "malicious.pickle"),
    ];

    [Theory]
    [MemberData(nameof(DataFiles))]
    public void Files_of_datasets_are_read_from_every_writer(string name)
    {
        object? value = PickleReader.ReadFile(ReferenceValues.PathOf($"pickles/{name}"));

        using var expected = JsonDocument.Parse(File.ReadAllBytes(ReferenceValues.PathOf("pickles/expected.json")));
        JsonElement root = expected.RootElement;
        if (name.StartsWith("captions", StringComparison.Ordinal))
        {
            JsonElement captions = root.GetProperty("captions");
            List<object?> parts = Assert.IsType<List<object?>>(value);
            Assert.Equal(4, parts.Count);
            AssertEqual(captions.GetProperty("train_captions"), parts[0]);
            AssertEqual(captions.GetProperty("test_captions"), parts[1]);
            AssertEqual(captions.GetProperty("wordtoix"), parts[3]);
            PickleDictionary words = Assert.IsType<PickleDictionary>(parts[2]);
            Assert.Equal(
                captions.GetProperty("ixtoword").EnumerateObject().Select(entry => $"{entry.Name}={entry.Value.GetString()}").Order(),
                words.Select(entry => $"{Assert.IsType<long>(entry.Key)}={entry.Value}").Order());
        }
        else
        {
            AssertEqual(root.GetProperty(name.StartsWith("filenames", StringComparison.Ordinal) ? "filenames" : "class_info"), value);
        }
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'touch pwned'\ntR.", "os.system")]
    [InlineData("(S'touch pwned'\nios\nsystem\n.", "os.system")]
    [InlineData("\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093.", "posix.system")]
    [InlineData("cbuiltins\neval\n.", "builtins.eval")]
    [InlineData("c\u001b[31m\nx\n.", "?[31m.x")]
    public void A_pickle_that_asks_for_a_call_is_rejected_with_its_name(string pickle, string call)
    {
        CheckpointException rejection = Rejected(pickle);

        Assert.Contains($"asks to call {call}: rejected, and no code was run", rejection.Message);
    }

    [Fact]
    public void The_malicious_file_runs_no_code()
    {
        string path = ReferenceValues.PathOf("pickles/malicious.pickle");

        CheckpointException rejection = Assert.Throws<CheckpointException>(() => PickleReader.ReadFile(path));

        Assert.Contains("os.system: rejected", rejection.Message);
        Assert.Contains(path, rejection.Message);
        Assert.False(File.Exists("/tmp/pwned") || File.Exists("pwned"));
    }

    [Theory]
    [InlineData("", "specifies 1 bytes, but only 0 are left")]
    [InlineData(".", "no value")]
    [InlineData("(I1\n.", "left on the stack")]
    [InlineData("I1", "truncated")]
    [InlineData("X\u00ff\u00ff\u00ff\u007fabc.", "truncated")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.", "truncated")]
    [InlineData("\u0080\u0009N.", "protocol 9")]
    [InlineData("a.", "stack underflow")]
    [InlineData("(I1\nI2\na.", "is not a list")]
    [InlineData("}(I1\nu.", "key without a value")]
    [InlineData("}]Ns.", "neither a scalar nor a tuple")]
    [InlineData("g5\n.", "memo entry 5, which does not exist")]
    [InlineData("I1\n)R.", "not callable")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00ff.", "UTF-8")]
    [InlineData("Sabc\n.", "not quoted")]
    [InlineData("\u0082\u0001.", "0x82")]
    [InlineData("Q.", "stack underflow")]
    [InlineData("I1\nQ.", "outside the file")]
    [InlineData("I1\nNb.", "state")]
    [InlineData("]q\u0000h\u0000a.", "contains itself")]
    public void Damage_is_reported_with_its_position(string pickle, string reason)
    {
        CheckpointException damage = Rejected(pickle);

        Assert.Contains("`test` is not a valid pickle", damage.Message);
        Assert.Contains(reason, damage.Message);
        Assert.Contains("at byte", damage.Message);
    }

    [Fact]
    public void A_few_bytes_that_expand_to_billions_of_values_are_rejected()
    {
        // x0 = [], x1 = [x0, x0], x2 = [x1, x1], ...
        var pickle = new StringBuilder("]q\0");
        for (int i = 0; i < 60; i++)
        {
            pickle.Append($"0](h{(char)i}h{(char)i}eq{(char)(i + 1)}");
        }

        Assert.Contains("expand", Rejected(pickle.Append('.').ToString()).Message);
    }

    [Fact]
    public void Memory_is_proportional_to_a_million_repetitions_of_an_opcode()
    {
        for (int operation = 0; operation < 256; operation++)
        {
            byte[] pickle = new byte[1 << 20];
            pickle.AsSpan().Fill((byte)operation);
            pickle[0] = (byte)PickleOpcode.None;
            pickle[1] = (byte)PickleOpcode.EmptyList;
            long before = GC.GetAllocatedBytesForCurrentThread();

            Assert.Throws<CheckpointException>(() => PickleReader.Read(pickle, "`test`"));

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < 128L * pickle.Length, $"operation 0x{operation:x2} took {taken} bytes");
        }
    }

    /// <summary>The limit of references grows with the file: a long list of different values is no expansion.</summary>
    [Fact]
    public void A_list_of_more_than_a_million_values_is_read() =>
        Assert.Equal(1_000_010, Assert.IsType<List<object?>>(Read($"({new string('N', 1_000_010)}l.")).Count);

    [Theory]
    [InlineData("", "N", 4_000_001, "values on the stack")]
    [InlineData("", "(", 4_000_001, "nested lists")]
    [InlineData("", "]0", 4_000_000, "lists")]
    [InlineData("ccollections\nOrderedDict\nq\u00000", "h\u0000)R0", 2_000_000, "lists")] // each is a tuple and the result of a call
    public void The_number_of_values_is_limited(string before, string operation, int count, string what)
    {
        string operations = before + string.Concat(Enumerable.Repeat(operation, count));

        Assert.Contains("ends with no value or with values left on the stack", Rejected($"{operations}.").Message);
        Assert.Contains($"it has more than 4000000 {what}", Rejected($"{operations}{operation}.").Message);
    }

    [Fact]
    public void Excessive_nesting_is_rejected() =>
        Assert.Contains("nested", Rejected($"{new string(']', 5000)}{new string('a', 4999)}.").Message);

    [Fact]
    public void Numbers_and_strings_keep_their_values()
    {
        Assert.Equal(BigInteger.Pow(2, 70), Read("L1180591620717411303424L\n."));
        Assert.Equal(-7L, Read("L-7L\n."));
        Assert.Equal(double.NegativeInfinity, Read("F-inf\n."));
        Assert.Equal(1e-10, Read("F1e-10\n."));
        Assert.Equal(true, Read("I01\n."));
        Assert.Equal("aé\U0001f600", Read("Va\u00e9\\ud83d\\ude00\n."));
        Assert.Equal("a\n\t'\\é", Read("S'a\\n\\t\\'\\\\\\xc3\\xa9'\n."));
        Assert.Equal("é", Read("S'\\xe9'\n."));
        Assert.Equal([1, 255], Assert.IsType<byte[]>(Read("c_codecs\nencode\n(V\u0001\u00ff\nVlatin1\ntR.")));
        Assert.Equal(["b", "a"], Assert.IsType<PickleDictionary>(
            Read("ccollections\nOrderedDict\n((lp0\n(lp1\nVb\naI1\naa(lp2\nVa\naI2\naatR.")).Select(entry => entry.Key));
    }

    [Fact]
    public void A_file_has_a_maximum_size()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("a.pickle");
        File.WriteAllBytes(path, "I12345\n."u8.ToArray());

        Assert.Equal(12345L, PickleReader.ReadFile(path, new PickleOptions { MaxBytes = 8 }));
        Assert.Contains(
            $"`{path}` has 8 bytes, expected a pickle of at most 7",
            Assert.Throws<CheckpointException>(() => PickleReader.ReadFile(path, new PickleOptions { MaxBytes = 7 })).Message);
        Assert.Contains(
            "`test` has 8 bytes, expected a pickle of at most 7",
            Assert.Throws<CheckpointException>(
                () => PickleReader.Read(File.ReadAllBytes(path), "`test`", new PickleOptions { MaxBytes = 7 })).Message);
        Assert.Contains(
            "Cannot read `nowhere.pickle`",
            Assert.Throws<CheckpointException>(() => PickleReader.ReadFile("nowhere.pickle")).Message);
    }

    [Fact]
    public void Bytes_after_a_pickle_are_left_to_the_caller()
    {
        Assert.Equal(1L, PickleReader.Read("I1\n.I2\n."u8.ToArray(), "`test`", null, out int length));
        Assert.Equal(4, length);
    }

    [Fact]
    public void A_kind_of_file_may_add_globals_and_persistent_objects()
    {
        var options = new PickleOptions
        {
            Globals = new Dictionary<string, object>
            {
                ["m.value"] = 5L,
                ["m.count"] = new PickleFunction("count", items => (long)items.Count),
            },
            ResolvePersistentId = id => $"<{id}>",
        };

        Assert.Equal(5L, Read("cm\nvalue\n."));
        Assert.Equal(2L, Read("cm\ncount\nI1\nI2\n\u0086R."));
        Assert.Equal("<abc>", Read("Pabc\n."));
        Assert.Equal("<7>", Read("I7\nQ."));
        Assert.Contains("m.other: rejected", Assert.Throws<CheckpointException>(() => Read("cm\nother\n.")).Message);

        object? Read(string pickle) => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`", options);
    }

    [Theory]
    [InlineData("torch.nn.modules.linear")]
    [InlineData("__torch__.model")] // TorchScript
    public void A_module_saved_whole_is_recognized(string module) => Assert.Equal(
        $"`test` is a module saved whole ({module}.Linear), not its weights; no code was run. With the code of its classes, save the " +
        "weights in Python: `torch.save(model.state_dict(), path)`",
        Rejected($"c{module}\nLinear\n.").Message);

    /// <summary>Only files of PyTorch contain modules, whose names are those of classes.</summary>
    [Theory]
    [InlineData("Net", true, true)]
    [InlineData("net", true, false)]
    [InlineData("", true, false)]
    [InlineData("Net", false, false)]
    public void A_module_of_an_unknown_class_has_a_hint(string name, bool isPyTorch, bool hint)
    {
        var options = new PickleOptions { ResolvePersistentId = isPyTorch ? _ => null : null };

        CheckpointException rejection = Assert.Throws<CheckpointException>(
            () => PickleReader.Read(Encoding.Latin1.GetBytes($"cm\n{name}\n."), "`test`", options));

        Assert.Equal(
            $"`test` asks to call m.{name}: rejected, and no code was run. " +
            (hint ? "If it is a module saved whole, save `model.state_dict()` instead, with its own code. " : "") +
            "Weights and data do not need this, so do not open the file in Python either unless you trust its source",
            rejection.Message);
    }

    [Fact]
    public void A_name_is_printed_up_to_a_hundred_characters() => Assert.Contains(
        $"asks to call {new string('a', 100)}: rejected", Rejected($"c{new string('a', 150)}\nb\n.").Message);

    /// <summary>Python 2 wrote the same text as bytes; dictionaries and lists get the text.</summary>
    [Fact]
    public void The_bytes_of_a_string_of_Python_2_do_not_replace_its_text() =>
        Assert.Equal(["é", "é"], Assert.IsType<List<object?>>(Read("(U\u0002\u00c3\u00a9U\u0001\u00e9l.")));

    private static object Read(string pickle) => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`")!;

    private static CheckpointException Rejected(string pickle) =>
        Assert.Throws<CheckpointException>(() => PickleReader.Read(Encoding.Latin1.GetBytes(pickle), "`test`"));

    private static void AssertEqual(JsonElement expected, object? actual)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                List<object?> list = Assert.IsType<List<object?>>(actual);
                Assert.Equal(expected.GetArrayLength(), list.Count);
                for (int i = 0; i < list.Count; i++)
                {
                    AssertEqual(expected[i], list[i]);
                }

                break;
            case JsonValueKind.Object:
                PickleDictionary dictionary = Assert.IsType<PickleDictionary>(actual);
                Assert.Equal(expected.EnumerateObject().Count(), dictionary.Count);
                foreach (JsonProperty property in expected.EnumerateObject())
                {
                    Assert.True(dictionary.TryGetValue(property.Name, out object? value), property.Name);
                    AssertEqual(property.Value, value);
                }

                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetInt64(), Assert.IsType<long>(actual));
                break;
            default:
                Assert.Equal(expected.GetString(), actual);
                break;
        }
    }
}
