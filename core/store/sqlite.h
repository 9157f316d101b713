// SPDX-License-Identifier: Apache-2.0
// The SQLite C API with owners, values and errors of Boolab. One thread at a time per connection.
#pragma once

#include "core/base/error.h"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace boolab::sqlite
{

/// A prepared statement. Parameters count from 1, columns from 0.
class Statement
{
public:
    template <std::integral T> void bind(int index, T value)
    {
        bindInteger(index, static_cast<std::int64_t>(value));
    }
    void bind(int index, double value); ///< NaN is stored as NULL
    void bind(int index, std::string_view value);
    void bind(int index, std::span<const std::byte> value);
    void bind(int index, std::nullopt_t);
    template <class T> void bind(int index, const std::optional<T>& value)
    {
        if (value)
            bind(index, *value);
        else
            bind(index, std::nullopt);
    }
    /// Makes the statement ready to run (again) with these parameters.
    template <class... Values> void bindAll(const Values&... values)
    {
        reset();
        int index = 0;
        (bind(++index, values), ...);
    }

    /// True at a row, false at the end. A parameter that could not be bound is reported here.
    Result<bool> step();
    /// Runs a statement whose rows do not matter.
    Status run();
    void reset();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const; ///< NULL is 0
    std::string text(int column) const;
    std::span<const std::byte> blob(int column) const; ///< until the next step

private:
    friend class Connection;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : m_statement(statement) {}
    void bindInteger(int index, std::int64_t value);
    void noteBind(int code);

    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_bindCode = 0;
};

/// An open database file.
class Connection
{
public:
    /// Opens or makes the file. A lock of others is waited for `busyTimeout` long, then reported.
    static Result<Connection> open(const std::filesystem::path& file, std::chrono::milliseconds busyTimeout);

    /// An existing file that stays as it is.
    static Result<Connection> openReadOnly(const std::filesystem::path& file,
                                           std::chrono::milliseconds busyTimeout);

    const std::filesystem::path& file() const { return m_file; }
    bool isReadOnly() const;
    std::int64_t lastInsertId() const;
    std::int64_t changes() const; ///< rows of the last INSERT, UPDATE or DELETE

    /// Several statements, as in an SQL file.
    Status script(std::string_view sql);
    Result<Statement> prepare(std::string_view sql);

    template <class... Values> Result<Statement> query(std::string_view sql, const Values&... values)
    {
        auto statement = prepare(sql);
        if (statement) statement->bindAll(values...);
        return statement;
    }
    template <class... Values> Status run(std::string_view sql, const Values&... values)
    {
        auto statement = query(sql, values...);
        return statement ? statement->run() : Status(std::unexpected(statement.error()));
    }
    /// All rows, each made by `read(const Statement&)`.
    template <class Row, class Read, class... Values>
    Result<std::vector<Row>> rows(std::string_view sql, Read read, const Values&... values)
    {
        auto statement = query(sql, values...);
        if (!statement) return std::unexpected(statement.error());
        std::vector<Row> all;
        for (;;) {
            const auto more = statement->step();
            if (!more) return std::unexpected(more.error());
            if (!*more) return all;
            all.push_back(read(std::as_const(*statement)));
        }
    }
    /// The first column of the first row as an integer, 0 where there is no row.
    template <class... Values> Result<std::int64_t> number(std::string_view sql, const Values&... values)
    {
        auto statement = query(sql, values...);
        if (!statement) return std::unexpected(statement.error());
        const auto row = statement->step();
        if (!row) return std::unexpected(row.error());
        return *row ? statement->integer(0) : 0;
    }

private:
    struct Closer {
        void operator()(sqlite3* database) const;
    };
    std::unexpected<Error> error(int code) const;
    static Result<Connection> open(const std::filesystem::path& file, std::chrono::milliseconds busyTimeout,
                                   int flags);

    std::unique_ptr<sqlite3, Closer> m_database;
    std::filesystem::path m_file;
};

/// A write transaction (BEGIN IMMEDIATE: the lock is taken at once, so that waiting happens here and nowhere
/// later). Rolls back unless committed.
class Transaction
{
public:
    static Result<Transaction> begin(Connection& connection);
    Transaction(Transaction&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Status commit();

private:
    explicit Transaction(Connection& connection) : m_connection(&connection) {}
    Connection* m_connection;
};

} // namespace boolab::sqlite
