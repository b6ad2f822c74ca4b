using System.Text;
using System.Threading.Channels;

namespace SensorGrid.Benches.Peers;

/// <summary>Lines of one message.</summary>
/// <param name="Text">Line protocol, each line ended.</param>
/// <param name="Count">How many.</param>
internal readonly record struct MessageLines(string Text, int Count);

/// <summary>Collects lines and writes them to VictoriaMetrics, 10,000 at once or what came in 100 ms. When it is full, whoever adds waits, and the
/// broker's queue grows instead.</summary>
internal sealed class LineBatches(HttpClient http)
{
    private const int MostLines = 10_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);
    private static readonly Uri Write = new("/write?precision=ms", UriKind.Relative);

    private readonly Channel<MessageLines> waiting =
        Channel.CreateBounded<MessageLines>(new BoundedChannelOptions(20_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ValueTask AddAsync(MessageLines lines, CancellationToken cancellation) => waiting.Writer.WriteAsync(lines, cancellation);

    public async Task WriteAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        while (await waiting.Reader.WaitToReadAsync(cancellation))
        {
            text.Clear();
            int count = 0;
            var due = Task.Delay(LongestWait, TimeProvider.System, cancellation);
            while (count < MostLines && !due.IsCompleted)
            {
                if (waiting.Reader.TryRead(out var lines))
                {
                    text.Append(lines.Text);
                    count += lines.Count;
                }
                else
                {
                    await Task.WhenAny(due, waiting.Reader.WaitToReadAsync(cancellation).AsTask());
                }
            }
            using var content = new StringContent(text.ToString(), Encoding.ASCII);
            using var answer = await http.PostAsync(Write, content, cancellation);
            answer.EnsureSuccessStatusCode();
        }
    }
}
