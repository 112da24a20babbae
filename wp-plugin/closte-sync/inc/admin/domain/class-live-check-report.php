<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Diagnosis\Labels;
use ClosteSync\Text\Certificate_Text;
use ClosteSync\Text\No_Answer_Text;
use ClosteSync\Text\Problem_Message;

/**
 * Shows a {@see Live_Check}: what each name server answered, and the certificate that is served.
 */
final class Live_Check_Report {

	public function __construct( private readonly Live_Check $look ) {}

	public function html(): string {
		$when = '<p class="closte-sync-since">' . sprintf(
			/* translators: %s: date and time */
			esc_html__( 'Checked on %s', 'closte-sync' ),
			Local_Time::html( $this->look->at )
		) . '</p>';

		if ( null === $this->look->dns || null === $this->look->certificate ) {
			$inline = array( 'type' => 'error', 'additional_classes' => array( 'inline' ) );

			return wp_get_admin_notice( esc_html( $this->look->problem ), $inline ) . $when;
		}

		return '<h3>' . esc_html__( 'DNS', 'closte-sync' ) . '</h3>' . $this->dns( $this->look->dns )
			. '<h3>' . esc_html__( 'Certificate', 'closte-sync' ) . '</h3>' . $this->certificate( $this->look->certificate )
			. $when;
	}

	/**
	 * The same in one sentence, for who hears it.
	 */
	public function sentence(): string {
		return null === $this->look->dns || null === $this->look->certificate ? $this->look->problem : sprintf(
			/* translators: 1: what DNS says, such as "Points here", 2: what the certificate is, such as "Valid" */
			__( 'DNS: %1$s. Certificate: %2$s.', 'closte-sync' ),
			Labels::dns_state( $this->look->dns->state->value ),
			self::certificate_result( $this->look->certificate )
		);
	}

	private function dns( \Closte\DnsReport $report ): string {
		$facts = array(
			__( 'Result', 'closte-sync' )    => esc_html( Labels::dns_state( $report->state->value ) ),
			__( 'Addresses', 'closte-sync' ) => self::codes( $report->addresses ),
			__( 'Alias of', 'closte-sync' )  => self::codes( $report->cnames ),
			__( 'Proxy', 'closte-sync' )     => $report->proxied ? esc_html__( 'A proxy answers for this domain.', 'closte-sync' ) : '',
			__( 'Intercepted', 'closte-sync' ) => $report->intercepted
				? esc_html__( 'Something between this server and the domain’s name servers answers DNS queries. The owner of the domain cannot change that.', 'closte-sync' )
				: '',
			__( 'Duration', 'closte-sync' )      => self::seconds( $this->look->dns_seconds ),
		);

		return self::facts( $facts ) . self::problems( $report->problems ) . $this->resolvers( $report->resolvers );
	}

	/**
	 * @param list<array<string, mixed>> $problems
	 */
	private static function problems( array $problems ): string {
		return array() === $problems ? '' : '<ul class="ul-disc">' . implode(
			'',
			array_map( static fn( array $problem ): string => '<li>' . esc_html( Problem_Message::of( $problem ) ) . '</li>', $problems )
		) . '</ul>';
	}

	/**
	 * @param array<string, array{state: string, addresses: list<string>, error: ?string}> $resolvers
	 */
	private function resolvers( array $resolvers ): string {
		$rows = '';

		foreach ( $resolvers as $resolver => $answer ) {
			$rows .= sprintf(
				'<tr><th scope="row" data-label="%1$s"><code dir="ltr">%2$s</code></th><td data-label="%3$s">%4$s</td><td data-label="%5$s">%6$s</td></tr>',
				esc_attr__( 'Name server', 'closte-sync' ),
				esc_html( (string) $resolver ),
				esc_attr__( 'Result', 'closte-sync' ),
				esc_html( Labels::dns_state( $answer['state'] ) ),
				esc_attr__( 'Answer', 'closte-sync' ),
				null === $answer['error'] ? self::codes( $answer['addresses'] ) : '<bdi>' . esc_html( No_Answer_Text::of( $answer['error'] ) ) . '</bdi>'
			);
		}

		return '' === $rows ? '' : sprintf(
			'<table class="widefat striped closte-sync-resolvers"><caption class="screen-reader-text">%1$s</caption><thead><tr><th scope="col">%2$s</th><th scope="col">%3$s</th><th scope="col">%4$s</th></tr></thead><tbody>%5$s</tbody></table>',
			esc_html__( 'Answers by name server', 'closte-sync' ),
			esc_html__( 'Name server', 'closte-sync' ),
			esc_html__( 'Result', 'closte-sync' ),
			esc_html__( 'Answer', 'closte-sync' ),
			$rows
		);
	}

	private function certificate( \Closte\CertificateReport $report ): string {
		// phpcs:disable WordPress.NamingConventions.ValidVariableName -- properties of the extension's.
		return self::facts(
			array(
				__( 'Result', 'closte-sync' )      => esc_html( self::certificate_result( $report ) ),
				__( 'Error', 'closte-sync' )       => null === $report->error ? '' : '<bdi>' . esc_html( Certificate_Text::of_report( $report ) ) . '</bdi>',
				__( 'Issued by', 'closte-sync' )   => null === $report->issuer ? '' : '<bdi>' . esc_html( $report->issuer ) . '</bdi>',
				__( 'Names', 'closte-sync' )       => self::codes( $report->names ),
				__( 'Valid from', 'closte-sync' )  => null === $report->notBefore ? '' : Local_Time::html( $report->notBefore ),
				__( 'Valid until', 'closte-sync' ) => null === $report->notAfter ? '' : Local_Time::html( $report->notAfter ),
				__( 'Duration', 'closte-sync' )        => self::seconds( $this->look->certificate_seconds ),
			)
		);
		// phpcs:enable
	}

	/**
	 * What is without an address has no server that could have been asked.
	 */
	private static function certificate_result( \Closte\CertificateReport $report ): string {
		return in_array( $report->reason, array( 'no-address', 'lookup-failed', 'name-too-long', 'not-public' ), true )
			? __( 'Not checked', 'closte-sync' )
			: Labels::certificate_state( $report->state->value );
	}

	/**
	 * @param array<string, string> $facts HTML by label; '' is left out.
	 */
	private static function facts( array $facts ): string {
		$html = '';

		foreach ( array_filter( $facts, static fn( string $fact ): bool => '' !== $fact ) as $label => $fact ) {
			$html .= sprintf( '<dt>%s</dt><dd>%s</dd>', esc_html( $label ), $fact );
		}

		return "<dl class=\"closte-sync-facts\">$html</dl>";
	}

	/**
	 * Names and addresses run from left to right in every language.
	 *
	 * @param list<string> $texts
	 */
	private static function codes( array $texts ): string {
		return implode( ' ', array_map( static fn( string $text ): string => '<code dir="ltr">' . esc_html( $text ) . '</code>', $texts ) );
	}

	private static function seconds( float $seconds ): string {
		/* translators: %s: number of seconds, such as 0.15 */
		return esc_html( sprintf( __( '%s seconds', 'closte-sync' ), number_format_i18n( $seconds, 2 ) ) );
	}
}
