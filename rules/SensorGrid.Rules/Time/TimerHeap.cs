using System.Diagnostics;

namespace SensorGrid.Rules.Time;

/// <summary>Which condition's timer is due next: a binary heap of condition numbers ordered by (due, number), with the place of
/// each number kept, so that a timer can be moved without searching. Conditions are numbered in order of (rule id, scope key),
/// so that timers due at the same time fire in an order that does not depend on how the process came to be.</summary>
internal sealed class TimerHeap(int conditions)
{
    private const int NotInHeap = -1;

    private readonly int[] heap = new int[conditions];
    private readonly int[] places = NewPlaces(conditions);
    private readonly long[] dueAt = new long[conditions];

    public int Count { get; private set; }

    public int First => heap[0];

    public long FirstDueAt => dueAt[heap[0]];

    /// <summary>Sets or moves a timer.</summary>
    public void Set(int condition, long due)
    {
        if (places[condition] == NotInHeap)
        {
            dueAt[condition] = due;
            places[condition] = Count;
            heap[Count++] = condition;
            SiftUp(places[condition]);
            return;
        }
        long before = dueAt[condition];
        dueAt[condition] = due;
        if (due < before)
            SiftUp(places[condition]);
        else if (due > before)
            SiftDown(places[condition]);
    }

    /// <summary>Moves a timer forward in time only; a later due time is found when the timer comes up (see
    /// <see cref="RuleEngine"/>). Most timers move later with every reading, and this spares the heap that work.</summary>
    public void SetNoLaterThan(int condition, long due)
    {
        if (places[condition] == NotInHeap || due < dueAt[condition])
            Set(condition, due);
    }

    public void Remove(int condition)
    {
        int place = places[condition];
        Debug.Assert(place != NotInHeap, "only a timer that is set is removed");
        places[condition] = NotInHeap;
        int last = heap[--Count];
        if (last == condition)
            return;
        heap[place] = last;
        places[last] = place;
        SiftUp(place);
        SiftDown(places[last]);
    }

    private static int[] NewPlaces(int conditions)
    {
        var places = new int[conditions];
        Array.Fill(places, NotInHeap);
        return places;
    }

    private bool IsBefore(int left, int right) =>
        dueAt[left] < dueAt[right] || (dueAt[left] == dueAt[right] && left < right);

    private void SiftUp(int place)
    {
        int moved = heap[place];
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (!IsBefore(moved, heap[parent]))
                break;
            Put(heap[parent], place);
            place = parent;
        }
        Put(moved, place);
    }

    private void SiftDown(int place)
    {
        int moved = heap[place];
        while (true)
        {
            int child = place * 2 + 1;
            if (child >= Count)
                break;
            if (child + 1 < Count && IsBefore(heap[child + 1], heap[child]))
                child++;
            if (!IsBefore(heap[child], moved))
                break;
            Put(heap[child], place);
            place = child;
        }
        Put(moved, place);
    }

    private void Put(int condition, int place)
    {
        heap[place] = condition;
        places[condition] = place;
    }
}
