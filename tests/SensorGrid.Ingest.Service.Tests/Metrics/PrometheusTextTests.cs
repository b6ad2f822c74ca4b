using System.Diagnostics.Metrics;
using System.Text;
using SensorGrid.Ingest.Service.Metrics;

namespace SensorGrid.Ingest.Service.Tests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new($"PrometheusTextTests.{Guid.NewGuid():N}");
    private readonly MeterCollector collector;

    public PrometheusTextTests() => collector = new(meter.Name);

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_prometheus_reads_them()
    {
        var counter = meter.CreateCounter<long>("demo.readings.accepted", "{reading}", "Readings taken.\nIn all.");
        var histogram = meter.CreateHistogram("demo.commit", "s", "Commit.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        meter.CreateObservableGauge("demo.size", () => 42L, "By", "Size.");
        counter.Add(2, new KeyValuePair<string, object?>("reason", "a \"b\" \\ c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("reason", "other"));
        histogram.Record(0.1);
        histogram.Record(0.5);
        histogram.Record(7);

        Assert.Equal(
            """
            # HELP demo_commit_seconds Commit.
            # TYPE demo_commit_seconds histogram
            demo_commit_seconds_bucket{le="0.1"} 1
            demo_commit_seconds_bucket{le="1"} 2
            demo_commit_seconds_bucket{le="+Inf"} 3
            demo_commit_seconds_sum 7.6
            demo_commit_seconds_count 3
            # HELP demo_readings_accepted_total Readings taken.\nIn all.
            # TYPE demo_readings_accepted_total counter
            demo_readings_accepted_total{reason="a \"b\" \\ c\nd"} 2
            demo_readings_accepted_total{reason="other"} 3
            # HELP demo_size_bytes Size.
            # TYPE demo_size_bytes gauge
            demo_size_bytes 42

            """, Text());
    }

    [Fact]
    public void An_observed_counter_is_the_total_and_not_a_difference()
    {
        long total = 10;
        meter.CreateObservableCounter("demo.total", () => total);
        Text();
        total = 15;

        Assert.EndsWith("demo_total_total 15\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_with_too_many_values_is_cut_and_counted()
    {
        var counter = meter.CreateCounter<int>("demo.many");
        for (int i = 0; i < 2500; i++)
            counter.Add(1, new KeyValuePair<string, object?>("id", i));

        var (families, refused) = collector.Collect();

        Assert.Equal(2000, Assert.Single(families).Series.Count());
        Assert.Equal(500, refused);
    }

    [Fact]
    public void Counting_a_known_series_allocates_nothing()
    {
        var counter = meter.CreateCounter<long>("demo.hot");
        Count(counter);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            Count(counter);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Count(Counter<long> counter) => counter.Add(1, new KeyValuePair<string, object?>("reason", "same"));
    }

    private string Text()
    {
        var text = new StringBuilder();
        PrometheusText.Write(text, collector.Collect().Families);
        return text.ToString();
    }
}
