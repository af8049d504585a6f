using System.Runtime.InteropServices;
using AttnGan.Training.Configuration;
using AttnGan.Training.Trainers;
using TorchSharp;

var a = args.ToList();
string Get(string n, string d) { var i = a.IndexOf(n); return i < 0 ? d : a[i + 1]; }
torch.set_num_threads(int.Parse(Get("--threads", "2")));
if (a[0] == "sample")
{
    using var pipe = AttnGan.Training.Generation.TorchPipeline.Load(a[1], torch.CPU);
    string[] caps = File.ReadAllLines(a[2]); int per = 4, cell = 100, cols = 16;
    var reqs = caps.SelectMany(c => Enumerable.Range(1, per).Select(i => new AttnGan.Training.Generation.PictureRequest(c, i))).ToList();
    var imgs = pipe.Generate(reqs, 32).ToList();
    int rows = (imgs.Count + cols - 1) / cols; var px = new byte[cols * 66 * rows * 66 * 3];
    for (int k = 0; k < imgs.Count; k++) for (int y = 0; y < 64; y++) for (int x = 0; x < 64; x++) for (int c = 0; c < 3; c++) px[(((k / cols * 66 + y) * cols * 66) + (k % cols) * 66 + x) * 3 + c] = imgs[k].Picture.Pixels[(y * 64 + x) * 3 + c];
    new AttnGan.Imaging.RgbImage(cols * 66, rows * 66, px).Save(a[3]); return 0;
}
var config = ConfigReader.Read(Get("--config", ""), [.. a.Zip(a.Skip(1)).Where(p => p.First == "--set").Select(p => p.Second)]);
using var cts = new CancellationTokenSource();
using var r1 = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => { c.Cancel = true; cts.Cancel(); });
using var r2 = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => { c.Cancel = true; cts.Cancel(); });
using var s = new TrainingSession(Get("--data", ""), config, Get("--run", ""), torch.CPU);
var resume = a.Contains("--resume") ? new ResumeFrom(null) : null;
var sw = System.Diagnostics.Stopwatch.StartNew();
var progress = new P(sw);
string kind = a[1];
bool ok = kind == "damsm" ? s.TrainDamsm(resume, progress, cts.Token) : s.TrainGan(null, resume, progress, cts.Token);
return ok ? 0 : 130;

internal sealed class P(System.Diagnostics.Stopwatch sw) : IProgress<TrainingProgress>
{
    long n; double t;
    public void Report(TrainingProgress value)
    {
        if (value is StepDone d) { n += d.BatchSize; if (d.Step % 20 == 0) { Console.WriteLine($"{d.Kind} {d.Step}/{d.Steps} e{d.Epoch} {n / (sw.Elapsed.TotalSeconds - t):f1} img/s " + string.Join(" ", d.Losses.Select(l => $"{l.Name} {l.Value:f3}"))); n = 0; t = sw.Elapsed.TotalSeconds; } }
        else Console.WriteLine(value is EpochEnded e ? "epoch " + e.Epoch + " " + string.Join(" ", e.Measures.Select(l => $"{l.Name} {l.Value:f3}")) : value.ToString());
    }
}
