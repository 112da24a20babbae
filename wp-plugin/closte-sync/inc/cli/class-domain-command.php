<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use WP_CLI\Formatter;

/**
 * Lists, adds, removes and retries domains.
 *
 * Domains of sites and mappings come and go by themselves: nothing here needs to be called for them.
 *
 * ## EXAMPLES
 *
 *     # Domains that are not served with a certificate yet
 *     $ wp closte domain list --stage=checking-dns
 *
 *     # Why does this one not work?
 *     $ wp closte domain get shop.example.com --fields=stage,problem,next_step
 *
 *     # Look again at everything that failed
 *     $ wp closte domain retry $(wp closte domain list --stage=failed --format=ids)
 */
final class Domain_Command {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Lists domains.
	 *
	 * ## OPTIONS
	 *
	 * [--stage=<stage>]
	 * : Only domains in these stages, separated by commas: `pending`, `checking-dns`, `checking-ssl-cert`, `done`, `failed`,
	 * `ssl-failed`, `removing`, `retired` (nothing of this network uses them any more).
	 *
	 * [--wanted=<wanted>]
	 * : Only domains that should be (`present`), or should not be (`absent`), at Closte, or that nothing wants and nobody
	 * removes (`retired`). Several are separated by commas.
	 *
	 * [--source=<source>]
	 * : Only domains that were heard of from these, separated by commas: `core`, `www`, `sync`, `manual`, or a domain mapping
	 * plugin (`ultimate-multisite`, `mercator`).
	 *
	 * [--blog_id=<id>]
	 * : Only domains of this site.
	 *
	 * [--search=<text>]
	 * : Only domains with this in their name.
	 *
	 * [--orderby=<column>]
	 * : What to sort by: `id`, `domain`, `blog_id`, `source`, `wanted`, `stage`, `stage_since`, `attempts`, `next_check_at`,
	 * `accepted_at`, `certificate_not_after`, `created_at` or `updated_at`.
	 * ---
	 * default: domain
	 * ---
	 *
	 * [--order=<order>]
	 * : Which way to sort: `asc` or `desc`.
	 * ---
	 * default: asc
	 * ---
	 *
	 * [--field=<field>]
	 * : Prints the value of one field for each domain.
	 *
	 * [--fields=<fields>]
	 * : Shows these fields only, separated by commas.
	 *
	 * [--format=<format>]
	 * : How to print it. `ids` prints the domains in one line, as other commands take them.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - csv
	 *   - json
	 *   - yaml
	 *   - ids
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * Shown by default: domain, stage, blog_id, problem, next_check.
	 *
	 * Also there: unicode, source, by_hand (whether someone asked for it by hand), wanted, since, next_step, attempts,
	 * accepted, error_kind, error_reason, dns_state, dns_checked, certificate_state, certificate_issuer, certificate_ends,
	 * certificate_checked, created, updated. Times are UTC.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain list --fields=domain,stage
	 *     +------------------+--------------+
	 *     | domain           | stage        |
	 *     +------------------+--------------+
	 *     | shop.example.com | checking-dns |
	 *     +------------------+--------------+
	 *
	 *     # How many are there?
	 *     $ wp closte domain list --format=count
	 *     1
	 *
	 * @subcommand list
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function list_( array $args, array $assoc_args ): void {
		Choice::expect_output( $assoc_args, array( 'table', 'csv', 'json', 'yaml', 'ids', 'count' ), Domain_Item::FIELDS );
		$stages = array_column( Stage::cases(), 'value' );
		$wanted = array_column( Wanted::cases(), 'value' );
		$query  = new Ledger_Query(
			stage: array_map( Stage::from( ... ), Choice::several( 'stage', $assoc_args['stage'] ?? null, $stages ) ),
			wanted: array_map( Wanted::from( ... ), Choice::several( 'wanted', $assoc_args['wanted'] ?? null, $wanted ) ),
			search: $this->services->domain_names()->searchable( $assoc_args['search'] ?? '' ),
			source: Choice::several( 'source', $assoc_args['source'] ?? null, $this->services->sources()->ids() ),
			blog_id: isset( $assoc_args['blog_id'] ) ? Terminal::site_id( $assoc_args['blog_id'] ) : null,
			orderby: Choice::one( 'orderby', $assoc_args['orderby'], Ledger_Query::ORDERBY ),
			order: Choice::one( 'order', $assoc_args['order'], array( 'asc', 'desc' ) ),
			per_page: null,
		);
		$format = $assoc_args['format'];
		if ( 'count' === $format ) {
			\WP_CLI::line( (string) $this->services->ledger_search()->count( $query ) );
			return;
		}
		$rows = $this->services->ledger_search()->query( $query );
		if ( 'ids' === $format ) {
			$this->list_arguments( array_map( static fn( Ledger_Row $row ): string => $row->domain, $rows ) );
			return;
		}
		( new Formatter( $assoc_args, Domain_Item::FIELDS_OF_LIST ) )->display_items( array_map( $this->item()->of( ... ), $rows ) );
		if ( array() === $rows && 'table' === $format && 0 === $this->services->ledger_search()->count() ) {
			Terminal::hint( __( 'there are no domains yet: wp closte sync records and sends those of this network', 'closte-sync' ) );
		}
	}

	/**
	 * Prints domains in one line, as other commands take them.
	 *
	 * What customers wrote that is no name is left out: a shell could take it for an option, or for several words.
	 *
	 * @param list<string> $domains The domains.
	 */
	private function list_arguments( array $domains ): void {
		$arguments = array_filter( $domains, Domain_Names::is_argument( ... ) );
		\WP_CLI::line( implode( ' ', $arguments ) );
		$left_out = count( $domains ) - count( $arguments );
		if ( $left_out > 0 ) {
			/* translators: %d: number of domains */
			Terminal::warn( sprintf( _n( '%d domain is left out: it is no host name, and a command line could take it for something else.', '%d domains are left out: they are no host names, and a command line could take them for something else.', $left_out, 'closte-sync' ), $left_out ) );
			Terminal::hint( __( 'see them with --format=json', 'closte-sync' ) );
		}
	}

	/**
	 * Shows one domain.
	 *
	 * ## OPTIONS
	 *
	 * <domain>
	 * : The domain.
	 *
	 * [--field=<field>]
	 * : Prints the value of one field.
	 *
	 * [--fields=<fields>]
	 * : Shows these fields only, separated by commas. See `wp closte domain list`.
	 *
	 * [--format=<format>]
	 * : How to print it.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - csv
	 *   - json
	 *   - yaml
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain get shop.example.com --field=stage
	 *     done
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function get( array $args, array $assoc_args ): void {
		Choice::expect_output( $assoc_args, array( 'table', 'csv', 'json', 'yaml' ), Domain_Item::FIELDS );
		$lookup = new Lookup( $this->services );
		$row    = $lookup->find( $args[0] );
		if ( null === $row ) {
			Terminal::fail(
				$lookup->absence( $args[0] ),
				__( 'wp closte domain list shows what is; wp closte sync records what a site or mapping has', 'closte-sync' )
			);
		}
		( new Formatter( $assoc_args, Domain_Item::FIELDS ) )->display_item( $this->item()->of( $row ) );
	}

	private function item(): Domain_Item {
		return new Domain_Item( $this->services->domain_names(), $this->services->readiness()->hindrance() );
	}
}
