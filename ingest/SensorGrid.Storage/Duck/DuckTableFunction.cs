using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace SensorGrid.Storage.Duck;

/// <summary>Lets SQL read rows out of our own memory: <c>SELECT … FROM name(1, 2)</c>. The provider has such functions too, but they take
/// each value as an object; this one hands out DuckDB's vectors. DuckDB calls it on one thread per statement.</summary>
/// <param name="Name">Its name in SQL.</param>
/// <param name="Parameters">Number of its parameters, all of them BIGINT.</param>
/// <param name="Columns">Names and types of what it gives.</param>
/// <param name="Open">Opens the rows for given parameters and wanted columns. A wanted column beyond <paramref name="Columns"/> is one of DuckDB's
/// own (it counts rows by one) and needs no values.</param>
internal sealed unsafe record DuckTableFunction(
    string Name, int Parameters, IReadOnlyList<(string Name, DuckDBType Type)> Columns, Func<long[], int[], IRowSource> Open)
{
    /// <summary>Makes it known to the connection's database; it lives as long as that.</summary>
    /// <exception cref="ReadingStoreException">DuckDB refused it.</exception>
    public void Register(DuckDBConnection connection)
    {
        nint function = NativeMethods.TableFunction.DuckDBCreateTableFunction();
        try
        {
            NativeMethods.TableFunction.DuckDBTableFunctionSetName(function, Name);
            using var bigInt = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.BigInt);
            for (int i = 0; i < Parameters; i++)
                NativeMethods.TableFunction.DuckDBTableFunctionAddParameter(function, bigInt);
            NativeMethods.TableFunction.DuckDBTableFunctionSetExtraInfo(function, HandleOf(this), &Free);
            NativeMethods.TableFunction.DuckDBTableFunctionSetBind(function, &OnBind);
            NativeMethods.TableFunction.DuckDBTableFunctionSetInit(function, &OnInit);
            NativeMethods.TableFunction.DuckDBTableFunctionSetFunction(function, &OnNext);
            NativeMethods.TableFunction.DuckDBTableFunctionSupportsProjectionPushdown(function, true);
            if (NativeMethods.TableFunction.DuckDBRegisterTableFunction(connection.NativeConnection, function) != DuckDBState.Success)
                throw new ReadingStoreException($"DuckDB does not take the function {Name}.");
        }
        finally
        {
            NativeMethods.TableFunction.DuckDBDestroyTableFunction(ref function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnBind(nint info)
    {
        // Nothing may be thrown through DuckDB's frames: whatever it is becomes the statement's error.
        try
        {
            var function = Target<DuckTableFunction>(NativeMethods.TableFunction.DuckDBBindGetExtraInfo(info));
            foreach (var (name, type) in function.Columns)
            {
                using var logical = NativeMethods.LogicalType.DuckDBCreateLogicalType(type);
                NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, name, logical);
            }
            long[] parameters = new long[function.Parameters];
            for (int i = 0; i < parameters.Length; i++)
            {
                using var value = NativeMethods.TableFunction.DuckDBBindGetParameter(info, (ulong)i);
                parameters[i] = NativeMethods.Value.DuckDBGetInt64(value);
            }
            NativeMethods.TableFunction.DuckDBBindSetBindData(info, HandleOf(parameters), &Free);
        }
        catch (Exception e)
        {
            NativeMethods.TableFunction.DuckDBBindSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnInit(nint info)
    {
        try
        {
            var function = Target<DuckTableFunction>(NativeMethods.TableFunction.DuckDBInitGetExtraInfo(info));
            long[] parameters = Target<long[]>(NativeMethods.TableFunction.DuckDBInitGetBindData(info));
            int[] wanted = new int[NativeMethods.TableFunction.DuckDBInitGetColumnCount(info)];
            for (int i = 0; i < wanted.Length; i++)
            {
                ulong column = NativeMethods.TableFunction.DuckDBInitGetColumnIndex(info, (ulong)i);
                wanted[i] = column < (ulong)function.Columns.Count ? (int)column : int.MaxValue;
            }
            NativeMethods.TableFunction.DuckDBInitSetInitData(info, HandleOf(function.Open(parameters, wanted)), &Free);
        }
        catch (Exception e)
        {
            NativeMethods.TableFunction.DuckDBInitSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnNext(nint info, nint output)
    {
        try
        {
            var rows = Target<IRowSource>(NativeMethods.TableFunction.DuckDBFunctionGetInitData(info));
            using var chunk = new DuckDBDataChunk(output);
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)rows.Next(new(chunk)));
        }
        catch (Exception e)
        {
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, e.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint handle) => GCHandle.FromIntPtr(handle).Free();

    private static nint HandleOf(object target) => GCHandle.ToIntPtr(GCHandle.Alloc(target));

    private static T Target<T>(nint handle) => (T)GCHandle.FromIntPtr(handle).Target!;
}
