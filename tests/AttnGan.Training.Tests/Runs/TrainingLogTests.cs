using System.Buffers.Binary;
using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Training.Runs;
using Tensorboard;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Runs;

public sealed class TrainingLogTests
{
    [Fact]
    public void A_line_is_one_JSON_object()
    {
        using var folder = new TemporaryDirectory();
        Write(folder, log => log.Write(TrainingLog.Training, 7, 2, [new("loss", 1.23456789), new("kl", 0)]));

        JsonElement line = JsonDocument.Parse(Assert.Single(Lines(folder))).RootElement;

        Assert.Equal("train", line.GetProperty("kind").GetString());
        Assert.Equal(7, line.GetProperty("step").GetInt64());
        Assert.Equal(2, line.GetProperty("epoch").GetInt32());
        Assert.Equal(1.234568, line.GetProperty("loss").GetDouble());
    }

    /// <summary>Every second step is evaluated.</summary>
    [Theory]
    [InlineData(0, true, "")]
    [InlineData(1, false, "t1")]
    [InlineData(2, false, "t1 t2")]
    [InlineData(2, true, "t1 t2 v2")]
    [InlineData(3, false, "t1 t2 v2 t3")]
    [InlineData(4, false, "t1 t2 v2 t3 t4")]
    [InlineData(9, false, "t1 t2 v2 t3 t4 v4")]
    public void Lines_that_a_resumed_run_writes_again_are_dropped(long step, bool evaluated, string kept)
    {
        using var folder = new TemporaryDirectory();
        Write(folder, log =>
        {
            for (int i = 0; i < 4; i++)
            {
                log.Write(TrainingLog.Training, i + 1, i / 2, [new("loss", 1)]);
                if (i % 2 == 1)
                {
                    log.Write(TrainingLog.Validation, i + 1, i / 2, [new("loss", 1)]);
                }
            }
        });

        Write(folder, _ => { }, step, evaluated);

        Assert.Equal(kept, string.Join(' ', Lines(folder).Select(Describe)));
    }

    [Theory]
    [InlineData("{\"kind\":\"train\",\"st")]
    [InlineData("{\"kind\":\"train\"}")]
    [InlineData("17")]
    [InlineData("{\"kind\":\"train\",\"epoch\":0,\"step\":\"one\"}")]
    [InlineData("{\"kind\":\"train\",\"epoch\":0,\"step\":1.5}")]
    [InlineData("\0\0\0")]
    public void Incomplete_lines_of_a_killed_process_are_dropped(string rest)
    {
        using var folder = new TemporaryDirectory();
        Write(folder, log => log.Write(TrainingLog.Training, 1, 0, [new("loss", 1)]));
        File.AppendAllText(folder.File("log.jsonl"), rest);

        Write(folder, log => log.Write(TrainingLog.Training, 2, 0, [new("loss", 1)]), step: 1);

        Assert.Equal(["t1", "t2"], Lines(folder).Select(Describe));
    }

    [Fact]
    public void TensorBoard_events_are_written_on_request()
    {
        using var folder = new TemporaryDirectory();
        string events = folder.File("events");
        using (var log = new TrainingLog(folder.File("log.jsonl"), events, 0, evaluated: true))
        {
            new RgbImage(4, 2).Save(folder.File("00000002-grid.png"));
            using Tensor weight = tensor(new[] { -1f, 0.5f, 0.5f });
            log.Write(TrainingLog.Training, 1, 0, [new("loss", 0.25)]);
            log.WriteImages([folder.File("00000002-grid.png")], 2);
            log.WriteWeights(() => [new("generator.weight", weight)], 3);
        }

        Event[] written = [.. Events(Assert.Single(Directory.GetFiles(events))).Where(each => each.Summary is not null)];
        Summary.Types.Value[] values = [.. written.Select(each => Assert.Single(each.Summary.Value))];
        Assert.Equal([1, 2, 3], written.Select(each => each.Step));
        Assert.Equal(["train/loss", "samples/grid", "weights/generator.weight"], values.Select(value => value.Tag));
        Assert.Equal(0.25f, values[0].SimpleValue);
        Assert.Equal((4, 2), (values[1].Image.Width, values[1].Image.Height));
        Assert.Equal((3, -1, 0.5), (values[2].Histo.Num, values[2].Histo.Min, values[2].Histo.Max));
    }

    /// <summary>Reads TFRecords: length (8 bytes), checksum (4), event, checksum (4).</summary>
    private static IEnumerable<Event> Events(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            yield return Event.Parser.ParseFrom(file, at + 12, length);
            at += 12 + length + 4;
        }
    }

    private static void Write(TemporaryDirectory folder, Action<TrainingLog> write, long step = 0, bool evaluated = true)
    {
        using var log = new TrainingLog(folder.File("log.jsonl"), null, step, evaluated);
        write(log);
    }

    private static string[] Lines(TemporaryDirectory folder) => File.ReadAllLines(folder.File("log.jsonl"));

    private static string Describe(string line)
    {
        JsonElement entry = JsonDocument.Parse(line).RootElement;
        return $"{entry.GetProperty("kind").GetString()![0]}{entry.GetProperty("step").GetInt64()}";
    }
}
