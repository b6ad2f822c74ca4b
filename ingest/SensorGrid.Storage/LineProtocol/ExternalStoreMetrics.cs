using System.Diagnostics.Metrics;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>Counters of the external stores, each with the label <c>store</c>; meter <c>SensorGrid.Storage.LineProtocol</c>.</summary>
public sealed class ExternalStoreMetrics : IDisposable
{
    private readonly Meter meter = new("SensorGrid.Storage.LineProtocol");

    /// <param name="stores">What there is to tell of.</param>
    public ExternalStoreMetrics(IReadOnlyList<ExternalStoreState> stores)
    {
        void Counter(string name, string unit, string what, Func<ExternalStoreState, long> value) =>
            meter.CreateObservableCounter(name, () => stores.Select(store => Of(store, value(store))), unit, what);
        void Gauge(string name, string? unit, string what, Func<ExternalStoreState, long> value) =>
            meter.CreateObservableGauge(name, () => stores.Select(store => Of(store, value(store))), unit, what);

        Counter("sensorgrid.stores.points.accepted", "{point}", "Points the store took.", store => store.Accepted);
        Counter("sensorgrid.stores.points.retried", "{point}", "Points sent once more after a failure that passes.", store => store.Retried);
        Counter("sensorgrid.stores.points.dead", "{point}", "Points the store refused; they are dead letters.", store => store.Dead);
        Counter("sensorgrid.stores.points.expired", "{point}", "Points older than the store keeps anything.", store => store.Expired);
        Counter("sensorgrid.stores.records.lost", "{record}", "Log records trimmed away before the store was there to take them.", store => store.RecordsLost);
        Gauge("sensorgrid.stores.lag", "{record}", "Durable log records whose readings the store does not have yet.", store => store.Lag());
        Gauge("sensorgrid.stores.failing", null, "1 while the store cannot be written to.", store => store.Problem is null ? 0 : 1);
        Gauge("sensorgrid.stores.dead_letters.size", "By", "Disk space of the store's dead letters.", store => store.DeadLetterBytes);
        meter.CreateObservableCounter("sensorgrid.stores.values.omitted", () => stores.SelectMany(store => new[]
        {
            Of(store, store.TextsLeftOut, "text"), Of(store, store.ValuesLeftOut, "not_finite"),
        }), "{value}", "Values the store cannot keep, left out of their points.");
        meter.CreateObservableCounter(
            "sensorgrid.stores.requests.failed", () => stores.SelectMany(store => store.FailedRequests.Select(failed => Of(store, failed.Count, failed.Reason))),
            "{request}", "Requests that were not accepted.");
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static Measurement<long> Of(ExternalStoreState store, long value) => new(value, new KeyValuePair<string, object?>("store", store.Name));

    private static Measurement<long> Of(ExternalStoreState store, long value, string reason) =>
        new(value, new("store", store.Name), new KeyValuePair<string, object?>("reason", reason));
}
