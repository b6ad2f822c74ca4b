using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class LineConsoleFormatterTests
{
    [Fact]
    public void A_name_with_control_characters_stays_inside_its_line()
    {
        var output = new StringWriter { NewLine = "\n" };
        var formatter = new LineConsoleFormatter(new FakeTimeProvider(new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero)));

        formatter.Write(
            new LogEntry<string>(LogLevel.Warning, "Category", 1, "gateway \u001b[31mred\r\n2026-01-31 info forged \u202e水", null, (state, _) => state), null, output);

        Assert.Equal("2026-01-31T08:00:00.000Z warn Category: gateway \\u001b[31mred\\u000d\\n2026-01-31 info forged \\u202e水\n", output.ToString());
    }
}
