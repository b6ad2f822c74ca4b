using CsCheck;
using SensorGrid.Rules.Time;

namespace SensorGrid.Rules.Tests.Time;

public sealed class TimerHeapTests
{
    [Fact]
    public void Gives_timers_in_order_of_time_then_number() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 6], Gen.Int[0, 2]).Array[0, 60].Sample(steps =>
        {
            var heap = new TimerHeap(10);
            var model = new SortedDictionary<int, long>();
            foreach (var (condition, due, action) in steps)
            {
                if (action == 0 && model.Remove(condition))
                {
                    heap.Remove(condition);
                }
                else if (action == 1)
                {
                    heap.SetNoLaterThan(condition, due);
                    model[condition] = model.TryGetValue(condition, out long before) ? Math.Min(before, due) : due;
                }
                else
                {
                    heap.Set(condition, due);
                    model[condition] = due;
                }
                Assert.Equal(model.Count, heap.Count);
            }
            foreach (var (condition, due) in model.OrderBy(timer => timer.Value).ThenBy(timer => timer.Key))
            {
                Assert.Equal((condition, due), (heap.First, heap.FirstDueAt));
                heap.Remove(condition);
            }
        });
}
