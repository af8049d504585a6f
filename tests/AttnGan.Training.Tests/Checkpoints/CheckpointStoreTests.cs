using System.Text.Json;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    [Fact]
    public void A_checkpoint_is_restored_completely()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 3);
        var config = new AttnGanConfig { Name = "Vögel", Gan = new GanConfig { Augment = [Augmentation.Color] } };
        CheckpointState state = State(1234) with
        {
            Epoch = 5,
            Batch = 6,
            Config = config,
            Vocabulary = ["<end>", "a", "\"quoted\"", "鳥"],
            RunState = JsonSerializer.SerializeToElement(new { loss = 0.1 + 0.2, names = new[] { "x" } }),
        };

        string path = Save(store, state, value: 3);
        Checkpoint checkpoint = store.Open(path);

        Assert.Equal("gan-00001234.safetensors", Path.GetFileName(path));
        Assert.Equal(path, checkpoint.Path);
        Assert.Equal("gan", checkpoint.Kind);
        Assert.Equal(1234, checkpoint.Step);
        Assert.Equal(5, checkpoint.Epoch);
        Assert.Equal(6, checkpoint.Batch);
        Assert.Equal(ConfigReader.Write(config), ConfigReader.Write(checkpoint.Config));
        Assert.Equal(state.Vocabulary, checkpoint.Vocabulary);
        Assert.Equal(0.1 + 0.2, checkpoint.RunState.GetProperty("loss").GetDouble());
        using TensorDictionary tensors = checkpoint.LoadTensors("net.");
        Tensor weight = Assert.Single(tensors, entry => entry.Key == "weight").Value;
        Assert.Equal([3f, 3f], weight.data<float>().ToArray());
    }

    [Fact]
    public void The_newest_checkpoints_and_the_best_one_are_kept()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 2);
        store.SaveAs("best", State(1), new Dictionary<string, Tensor>());
        foreach (int step in new[] { 1, 2, 3, 4 })
        {
            Save(store, State(step), step);
        }

        Assert.Equal(["gan-00000003", "gan-00000004"], store.All().Select(Path.GetFileNameWithoutExtension));
        Assert.Equal("gan-00000004.safetensors", Path.GetFileName(store.Latest()));
        Assert.Equal(1, store.Open(folder.File("best.safetensors")).Step);
    }

    [Fact]
    public void Steps_of_more_than_eight_digits_stay_in_order()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 2);
        Save(store, State(99_999_999), 1);
        Save(store, State(100_000_000), 1);
        Assert.EndsWith("gan-100000000.safetensors", store.Latest(), StringComparison.Ordinal);
    }

    [Fact]
    public void Going_back_to_an_earlier_checkpoint_deletes_the_later_ones()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 2);
        Save(store, State(100), 1);
        Save(store, State(200), 1);
        Save(store, State(150), 1);
        Assert.Equal(["gan-00000100", "gan-00000150"], store.All().Select(Path.GetFileNameWithoutExtension));
    }

    [Fact]
    public void A_damaged_checkpoint_is_detected_and_an_earlier_one_suggested()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 3);
        string first = Save(store, State(1), 1);
        string second = Save(store, State(2), 2);
        string third = Save(store, State(3), 3);
        FlipLastByte(second);
        FlipLastByte(third);

        CheckpointException exception = Assert.Throws<CheckpointException>(() => store.Open(third));
        Assert.Contains(third, exception.Message, StringComparison.Ordinal);
        Assert.Contains("does not match its checksum", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"`--checkpoint {first}`", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_or_missing_checkpoint_is_reported_with_the_newest_one()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 3);
        string newest = Save(store, State(7), 1);
        string best = store.SaveAs("best", State(5), new Dictionary<string, Tensor>());
        FlipLastByte(best);

        foreach (string? path in new[] { best, folder.File("nowhere.safetensors") })
        {
            Assert.Contains(
                $"The newest intact checkpoint is of step 7; to continue from there, add `--checkpoint {newest}`.",
                Assert.Throws<CheckpointException>(() => store.Open(path)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_version_is_refused()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("gan-00000001.safetensors");
        SafetensorsWriter.Write(
            path,
            new Dictionary<string, Tensor>(),
            new Dictionary<string, string> { ["format"] = "attngan-checkpoint/2" },
            Checkpoint.ChecksumKey);
        Assert.Contains(
            "has format `attngan-checkpoint/2`, expected `attngan-checkpoint/1`",
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_message_states_that_no_checkpoint_is_intact()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "damsm", keep: 3);
        Assert.Null(store.Latest());
        string path = Save(store, State(1), 1);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);

        CheckpointException exception = Assert.Throws<CheckpointException>(() => store.Open(path));
        Assert.Contains("no intact checkpoint before it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Temporary_files_of_a_killed_process_are_deleted()
    {
        using var folder = new TemporaryDirectory();
        Save(new CheckpointStore(folder.Path, "gan", keep: 3), State(1), 1);
        string half = folder.File("gan-00000002.safetensors.0123456789abcdef.tmp");
        File.WriteAllBytes(half, [1, 2, 3]);
        File.WriteAllText(folder.File("notes.tmp"), "not ours");

        var store = new CheckpointStore(folder.Path, "gan", keep: 3);

        Assert.False(File.Exists(half));
        Assert.True(File.Exists(folder.File("notes.tmp")));
        Assert.Equal(1, store.Open(store.Latest()!).Step);
    }

    [Fact]
    public void A_failed_save_keeps_the_previous_file()
    {
        using var folder = new TemporaryDirectory();
        var store = new CheckpointStore(folder.Path, "gan", keep: 3);
        string path = Save(store, State(1), 1);
        byte[] before = File.ReadAllBytes(path);
        using Tensor disposed = zeros(2);
        disposed.Dispose();

        Assert.ThrowsAny<Exception>(() => store.Save(State(1), new Dictionary<string, Tensor> { ["gone"] = disposed }));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Checkpoints_of_another_kind_and_other_files_are_refused()
    {
        using var folder = new TemporaryDirectory();
        string path = Save(new CheckpointStore(folder.Path, "damsm", keep: 3), State(1), 1);
        var store = new CheckpointStore(folder.Path, "gan", keep: 3);
        Assert.Empty(store.All());
        Assert.Contains(
            "checkpoint of damsm training, expected one of gan training",
            Assert.Throws<CheckpointException>(() => store.Open(path)).Message,
            StringComparison.Ordinal);

        SafetensorsWriter.Write(
            folder.File("weights.safetensors"), new Dictionary<string, Tensor>(), new Dictionary<string, string>());
        Assert.Contains(
            "is not a checkpoint: its metadata has no `format`",
            Assert.Throws<CheckpointException>(() => store.Open(folder.File("weights.safetensors"))).Message,
            StringComparison.Ordinal);
    }

    private static CheckpointState State(long step) =>
        new() { Step = step, Epoch = 0, Batch = 0, Config = new AttnGanConfig(), Vocabulary = ["<end>"] };

    private static string Save(CheckpointStore store, CheckpointState state, float value)
    {
        using Tensor weight = full(2, value);
        using Tensor other = zeros(3);
        return store.Save(state, new Dictionary<string, Tensor> { ["net.weight"] = weight, ["other"] = other });
    }

    private static void FlipLastByte(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 0xff;
        File.WriteAllBytes(path, bytes);
    }
}
